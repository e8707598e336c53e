// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/catalogue.hpp"

#include <algorithm>
#include <vector>

#include "sim/invariants/deadlock_freedom.hpp"
#include "sim/invariants/no_orphaned_wait.hpp"
#include "sim/invariants/waiting.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

bool judges_waits(const Monitor& monitor) {
  const std::string_view name = monitor.name;
  return name == DeadlockFreedom::name || name == NoOrphanedWait::name;
}

}  // namespace

std::span<const Monitor> invariants() {
  static const std::vector<Monitor> all{DeadlockFreedom::monitor, NoOrphanedWait::monitor};
  return all;
}

const Monitor* find_invariant(std::string_view name) {
  const auto found = std::ranges::find(invariants(), name, &Monitor::name);
  return found == invariants().end() ? nullptr : &*found;
}

void place(Model& model, const Monitor& invariant) {
  const std::string_view name = invariant.name;
  for (const PlacedMonitor& placed : model.monitors) {
    if (placed.monitor.name == name) return;
  }
  Monitor monitor = invariant;
  for (PlacedMonitor& placed : model.monitors) {
    if (!judges_waits(placed.monitor) || !judges_waits(monitor)) continue;
    const char* shared_name = placed.monitor.name;
    const char* shared_claim = placed.monitor.claim;
    placed.monitor = wait_monitor(Judged::both);
    placed.monitor.name = shared_name;
    placed.monitor.claim = shared_claim;
    monitor = {};
    monitor.name = invariant.name;
    monitor.claim = invariant.claim;
  }
  model.monitors.push_back({.monitor = monitor, .memory = 0});
}

}  // namespace squall::sim
