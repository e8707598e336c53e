// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_orphaned_wait.hpp"

#include "sim/invariants/waiting.hpp"

namespace squall::sim {

Monitor NoOrphanedWait::monitor(Model&) const { return wait_monitor(Judged::orphans, name, claim); }

}  // namespace squall::sim
