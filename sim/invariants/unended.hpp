// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/monitor.hpp"
#include "sim/world.hpp"

namespace squall::sim {

/// Who of an instance has not ended, daemons apart: for invariants about time.
struct Unended {
  std::vector<std::string> roles;    ///< sorted, each once: a witness
  std::vector<std::string> reasons;  ///< what each of them does
};
/// Cost: linear in the activations of the world.
Unended unended_of(const Judging& at, Row instance);

/// What an invariant about time remembers of an instance: by when something has to have happened; `start_of_time`: it has, or
/// there is no such instant, or its absence was told.
struct DueBy {
  Instant by;
};
/// From now on, in timed worlds.
inline void set_due(const Judging& at, Row instance, Duration within) {
  if (!at.world.timed()) return;
  at.of<DueBy>(instance).by = later(at.now(), within);
  at.oblige(at.of<DueBy>(instance).by);
}
/// Calls `tell(instance, by)` for each live instance whose instant has passed, once; says the others again. `Monitor::due`.
template <class Tell>
void tell_overdue(const Judging& at, Tell&& tell) {
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    Instant& by = at.of<DueBy>(i).by;
    if (at.world.instance(i).live == 0 || by == start_of_time) continue;
    if (by >= at.now()) {
      at.oblige(by);
      continue;
    }
    tell(i, by);
    by = start_of_time;
  }
}

}  // namespace squall::sim
