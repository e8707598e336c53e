// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_orphaned_wait.hpp"

#include "sim/invariants/waiting.hpp"

namespace squall::sim {

const Monitor NoOrphanedWait::monitor = [] {
  Monitor monitor = wait_monitor(Judged::orphans);
  monitor.name = NoOrphanedWait::name;
  monitor.claim = NoOrphanedWait::claim;
  return monitor;
}();

}  // namespace squall::sim
