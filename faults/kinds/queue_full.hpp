// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Lets a bounded inbox take no more for a time, however much room it has: its owner's disk is full, its broker throttles. What that
/// means for who sends is the inbox's own policy: to wait, to be refused, to be dropped. An inbox without a bound has none, and is
/// not struck.
///
/// In explored worlds it is full from any moment on, within the fault budget, to any later one.
struct QueueFull {
  static constexpr std::string_view name = "queue-full";
  static constexpr Strikes strikes = Strikes::inbox;
  static constexpr std::string_view about = "a bounded inbox takes no more for a time";
  static constexpr std::string_view example = "queue-full: {agent: tester, at: {time: 5m}, lasts: 1m}";

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "until it takes more again"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  friend bool operator==(const QueueFull&, const QueueFull&) = default;
};

}  // namespace squall::faults
