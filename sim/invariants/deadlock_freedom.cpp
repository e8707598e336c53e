// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/deadlock_freedom.hpp"

#include "sim/invariants/waiting.hpp"

namespace squall::sim {

const Monitor DeadlockFreedom::monitor = [] {
  Monitor monitor = wait_monitor(Judged::deadlocks);
  monitor.name = DeadlockFreedom::name;
  monitor.claim = DeadlockFreedom::claim;
  return monitor;
}();

}  // namespace squall::sim
