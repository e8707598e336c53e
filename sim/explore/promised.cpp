// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/promised.hpp"

#include "sim/detail/kernel.hpp"
#include "sim/model.hpp"

namespace squall::sim {

std::vector<std::pair<PromiseId, Promise>> promised_in(const World& world, const Run& run) {
  std::vector<std::pair<PromiseId, Promise>> all;
  std::vector<Promise> found;
  for (std::uint32_t m = 0; m < run.model.monitors.size(); ++m) {
    const PlacedMonitor& placed = run.model.monitors[m];
    if (placed.monitor.promises == nullptr) continue;
    found.clear();
    // It only looks: `judging` takes a world that others may write to.
    placed.monitor.promises(detail::judging(const_cast<World&>(world), run, placed), found);
    for (Promise& promise : found) {
      const PromiseId id{m, promise.key};
      all.emplace_back(id, std::move(promise));
    }
  }
  return all;
}

}  // namespace squall::sim
