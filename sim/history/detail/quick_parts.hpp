// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>

#include "sim/history/quick.hpp"

namespace squall::sim::history::detail {

std::optional<QuickVerdict> quick_register(const ModelOptions& options, std::span<const Call> calls);
std::optional<QuickVerdict> quick_list(const Values& values, std::span<const Call> calls);
std::optional<QuickVerdict> quick_set(const Values& values, std::span<const Call> calls);
std::optional<QuickVerdict> quick_queue(std::span<const Call> calls, bool ordered);

inline QuickVerdict fails_by(std::vector<std::uint32_t> witness) {
  std::ranges::sort(witness);
  witness.erase(std::unique(witness.begin(), witness.end()), witness.end());
  return {.holds = false, .witness = std::move(witness)};
}

}  // namespace squall::sim::history::detail
