// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stepping.hpp"

namespace squall::scenarios {

Stepping::Stepping(const Scenario& scenario, sim::Seed seed, sim::Sink* sink)
    : armed_(armed_for(scenario)),
      world_(scenario.model, sim::Half::state_and_shadow),
      named_(seed),
      run_{.model = scenario.model, .decide = named_, .key = named_.run(), .faults = armed_.get()} {
  violations_.wants_reasons = false;
  run_.sink = sink;
  run_.violations = &violations_;
  begin(world_, run_);
}

}  // namespace squall::scenarios
