// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/deadlock_freedom.hpp"

#include "sim/invariants/waiting.hpp"

namespace squall::sim {

Monitor DeadlockFreedom::monitor(Model&) const { return wait_monitor(Judged::deadlocks, name, claim); }

}  // namespace squall::sim
