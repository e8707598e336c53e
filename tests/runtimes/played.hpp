// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/run.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// Drawings played by their runtimes. What runs is said as `a b join join`: nodes in the order in which they begin.
namespace squall::scenarios {

struct Played {
  std::string runs;        ///< nodes, in order of their begin
  std::string violations;  ///< names of invariants
  std::string reported;    ///< `success`, `failure` or nothing
};

inline Played play(const std::string& graph, std::uint64_t seed = 1) {
  const Loaded loaded = loaded_text("workflow: t\n" + graph);
  const sim::Model& model = loaded.scenario->model;
  const Recording run = record(*loaded.scenario, sim::Seed{seed});
  Played played;
  for (const sim::TraceLine& line : run.trace.lines()) {
    const bool named = index(line.seen.topic) < model.topics.size();
    if (line.seen.kind == sim::Seen::consumed && named && model.topic(line.seen.topic).name == inner::run)
      played.runs += (played.runs.empty() ? "" : " ") + agent_name(model, run.world, line.seen.agent);
    if (line.seen.kind == sim::Seen::reported && played.reported.empty())
      played.reported = line.seen.value != 0 ? "success" : "failure";
  }
  played.violations = invariants_of(run.outcome.violations);
  return played;
}

}  // namespace squall::scenarios
