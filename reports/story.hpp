// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "sim/monitor.hpp"
#include "sim/timed.hpp"
#include "sim/trace.hpp"

namespace squall::reports {

/// All that the story of one run is told from. Refers to what its parts live in.
struct Telling {
  const sim::Model& model;
  const sim::World& world;  ///< at the end of the run
  const sim::Trace& trace;
  std::span<const sim::Violation> violations;
  std::span<const std::string> injections;  ///< what struck, each as the line of a plan
  std::span<const sim::Undecided> open{};   ///< checks that the run neither confirms nor refutes
  std::span<const std::string> unstruck{};  ///< lines of the plan that did not strike
  std::span<const std::string> undrawn{};   ///< pinned draws that were not drawn
  sim::Halt halt = sim::Halt::idle;
  std::uint64_t seed = 0;
  std::string replay;      ///< the command that plays this run again
  std::string happened{};  ///< told in place of the lines of what happened; empty: these
};

/// The run in sentences: what is violated and why, what happened before, what struck, how to see it again. Ends with a
/// newline. Names from users are made printable; one line for each event.
std::string story(const Telling& telling);
/// The same of a recorded run of `scenario`.
std::string story(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed,
                  const std::string& replay);
/// With `happened`, whole lines, in place of what happened.
std::string story(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed,
                  const std::string& replay, const std::string& happened);

/// Lines of the plan, as it writes them, that did not strike in this run.
std::vector<std::string> unstruck_of(const scenarios::Scenario& scenario, const scenarios::Recording& recording);

/// The first part of a story: what came out and why, without what happened.
std::string findings(const Telling& telling);
std::string findings(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed);

/// One violation in sentences without full stops: since when, then its reasons. A cycle begins where its canonical form does.
std::vector<std::string> sentences(const sim::Violation& violation);

/// One observation as a sentence without a full stop; empty for what a story leaves out.
std::string sentence(const sim::Model& model, const sim::World& world, const sim::TraceLine& line);

}  // namespace squall::reports
