// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "scenarios/workload.hpp"

/// What tests of runtimes ask of a run.
namespace squall::scenarios {

/// Names of the invariants that are violated, one after the other.
inline std::string invariants_of(const std::vector<sim::Violation>& violations) {
  std::string text;
  for (const sim::Violation& violation : violations) text += (text.empty() ? "" : " ") + violation.invariant;
  return text;
}

struct Measured {
  Workload load;
  std::vector<sim::Violation> violations;
};

/// The run of seed 1, measured.
inline Measured measured(const Scenario& scenario) {
  Runner runner{scenario};
  WorkloadSink sink{scenario.model};
  runner.watch(&sink);
  const Outcome outcome = runner.run(sim::Seed{1});
  return {.load = sink.take(), .violations = outcome.violations};
}

}  // namespace squall::scenarios
