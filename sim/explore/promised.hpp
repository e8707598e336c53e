// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/apply.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

/// Something that a monitor's claim promises, whatever the state: `monitor` by its place in the model.
struct PromiseId {
  std::uint32_t monitor = 0;
  std::uint64_t key = 0;
  friend auto operator<=>(const PromiseId&, const PromiseId&) = default;
};

/// What is promised and has not come yet in an explored world, in the order of the monitors. Requires: `run.violations`.
std::vector<std::pair<PromiseId, Promise>> promised_in(const World& world, const Run& run);

}  // namespace squall::sim
