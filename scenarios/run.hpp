// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "faults/arm.hpp"
#include "faults/plan.hpp"
#include "faults/profile.hpp"
#include "scenarios/workflow.hpp"
#include "sim/timed.hpp"
#include "sim/trace.hpp"

namespace squall::scenarios {

/// A workflow with what may strike it: everything a run needs besides its seed.
struct Scenario {
  std::string about;
  sim::Model model;
  faults::Profile faults;
  faults::Plan plan;                   ///< exactly what strikes besides
  std::vector<std::string> sometimes;  ///< names of the claims that have to come true in some run
  std::vector<std::string> pinned;     ///< names of the draws in `Model::pins`, in their order
};

/// `workflow`, judged by its own checks, or by the default ones where it names none, with room for the counts of `faults`.
/// Throws std::invalid_argument with all that is wrong with the workflow, one error to a line.
Scenario scenario(Workflow workflow, faults::Profile faults = {}, std::string about = {});

/// Names of the pinned draws that were not drawn in the run that ended as `world`: their answers answered nothing.
std::vector<std::string> undrawn(const Scenario& scenario, const sim::World& world);

/// Names of the workflow's `sometimes` claims: see `Scenario::sometimes`.
std::vector<std::string> sometimes_of(const Workflow& workflow);

/// What one timed run came to. Equal for equal scenario and seed, whatever the machine.
struct Outcome {
  sim::Halt halt = sim::Halt::idle;
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  sim::Duration virtual_time{};  ///< from the start to the last event
  std::vector<sim::Violation> violations;
  std::vector<sim::Undecided> undecided;  ///< checks that this run can neither confirm nor refute
  std::vector<std::string> came_true;     ///< `sometimes` claims that it has made true

  bool violated() const { return !violations.empty(); }
};

/// What may strike it: its plan and its faults. Null where there are none. Refers to the scenario's model. Throws
/// std::invalid_argument where they do not fit its workflow.
std::unique_ptr<faults::Armed> armed_for(const Scenario& scenario);

/// Runs one scenario with many seeds, one after the other. Keeps one world and resets it by copying, so that a run
/// allocates nothing once the largest has been seen (but for what is violated). For one thread; refers to the scenario.
class Runner {
 public:
  /// Throws std::invalid_argument where the scenario's faults do not fit its workflow.
  explicit Runner(const Scenario& scenario);

  /// Digest, counts and signatures. Violations come without their reasons.
  const Outcome& run(sim::Seed seed);
  /// The world at the end of the last run.
  const sim::World& world() const { return world_; }
  /// How often each line took effect in the last run: those of the plan, then those of the faults.
  std::vector<std::uint32_t> struck() const;
  /// The same where they lie, until the next run. Allocates nothing.
  std::span<const std::uint32_t> struck_in_place() const;
  /// Shows later runs to `sink`, which changes none of them; null: to nobody.
  void watch(sim::Sink* sink) { sink_ = sink; }

 private:
  const Scenario& scenario_;
  sim::Sink* sink_ = nullptr;
  std::unique_ptr<faults::Armed> armed_;
  sim::World fresh_;
  sim::World world_;
  sim::Violations violations_;
  std::vector<sim::Observation> seen_;
  Outcome outcome_;
};

/// A run worth looking at: the same run with everything written down.
struct Recording {
  Outcome outcome;  ///< the violations have their reasons
  sim::Trace trace;
  faults::Plan injected;               ///< what struck; alone it replays the run
  std::vector<sim::Instant> instants;  ///< when each of these lines did
  std::vector<std::uint32_t> struck;   ///< how often each line did: those of the plan, then those of the faults
  sim::World world;                    ///< at the end
};

/// Plays `seed` with the scenario's own faults and records it. The digest is the same as without recording.
Recording record(const Scenario& scenario, sim::Seed seed);
/// Plays `seed` with exactly the injections of `plan`.
Recording replay(const Scenario& scenario, sim::Seed seed, const faults::Plan& plan);

}  // namespace squall::scenarios
