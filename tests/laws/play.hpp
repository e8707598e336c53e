// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faults/arm.hpp"
#include "sim/audit.hpp"
#include "sim/digest.hpp"
#include "sim/timed.hpp"
#include "tests/laws/zoo.hpp"

namespace squall::laws {

/// Complaints of `audit`, as one text. Law 1: it is empty after every event.
inline std::string audited(const sim::World& world, const sim::Model& model) {
  std::string text;
  for (const std::string& complaint : sim::audit(world, model)) text += complaint + "\n";
  return text;
}

/// A timed run in play.
class Play {
 public:
  Play(const sim::Model& model, std::uint64_t seed, const sim::Interposer* faults = nullptr, sim::Sink* sink = nullptr,
       std::uint32_t fault_budget = 0)
      : Play(model, seed, faults, sink, sim::World(model, sim::Half::state_and_shadow)) {
    world.header().fault_budget = fault_budget;
    sim::begin(world, run);
  }
  /// The run goes on from `begun`.
  Play(const sim::Model& m, std::uint64_t seed, const sim::Interposer* faults, sim::Sink* sink, sim::World begun)
      : model(m),
        decide(sim::Seed{seed}),
        world(std::move(begun)),
        run{.model = m, .decide = decide, .key = decide.run()} {
    run.faults = faults;
    run.sink = sink;
    run.watched = run.sunk = sink != nullptr ? sink->listens() : 0;
  }
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  /// False when nothing is pending any more, nothing before `until`, or after too many events.
  bool step() {
    const bool now = world.clock().ready != sim::no_row;
    if (!now && until < world.calendar.next_due().value_or(sim::start_of_time)) return false;
    return events_ < events_max && ++events_ != 0 && sim::step(world, run);
  }
  void finish() {
    while (step()) {}
  }
  std::uint64_t digest() const { return sim::digest(world, model); }
  /// By name, of those to whom anything happened.
  std::map<std::string, std::uint64_t> digests_of_agents() const {
    std::map<std::string, std::uint64_t> digests;
    for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
      const std::uint64_t chain = sim::digest(world, sim::AgentId{a});
      if (chain != 0)
        digests.emplace(
            sim::agent_name(model, world, sim::AgentId{a}) + "/" + std::to_string(world.agent(sim::AgentId{a}).member),
            chain);
    }
    return digests;
  }

  static constexpr std::uint64_t events_max = 20'000;  ///< retries without end are cut off here
  bool cut_off() const { return events_ == events_max; }
  sim::Instant until = sim::end_of_time;
  const sim::Model& model;
  sim::Named decide;
  sim::World world;
  sim::Run run;

 private:
  std::uint64_t events_ = 0;
};

}  // namespace squall::laws
