// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "scenarios/run.hpp"
#include "sim/explore/schedule.hpp"

/// A scenario played without time: what comes next is decided, not drawn from latencies.
namespace squall::scenarios {

/// One untimed run with everything written down.
struct UntimedRun {
  Outcome outcome;  ///< the digest is that of the states passed through; there is no virtual time
  sim::Trace trace;
  sim::Followed followed;
};

/// What may strike `scenario` in an untimed world: its plan and its faults. The scenario must outlive it.
faults::Armed armed(const Scenario& scenario);
/// How its untimed worlds are made; refers to both.
sim::Exploration exploration_of(const Scenario& scenario, const faults::Armed& armed, sim::Timers timers,
                                std::uint32_t faults);

/// Plays the decisions of `schedule`, as `sim::follow` does. `seed` is that of what is drawn after a divergence. `look` is
/// shown the world before the first event, and after each.
UntimedRun play(const Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed = sim::Seed{1},
                const std::function<void(const sim::World&)>& look = {});

/// Why the run is not the one that the schedule speaks of, as a sentence without its full stop; empty where it is.
std::string divergence_text(const sim::Schedule& schedule, const sim::Followed& followed);

}  // namespace squall::scenarios
