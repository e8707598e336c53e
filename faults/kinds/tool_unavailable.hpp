// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Takes a tool down for a while: every call that reaches it fails `unavailable` and has no effect. Calls whose effect has
/// happened before are answered. Taking down anew what the same line has taken down already takes no effect.
///
/// In explored worlds it goes down at any moment, within the fault budget, and comes back at any later one.
struct ToolUnavailable {
  static constexpr std::string_view name = "tool-unavailable";
  static constexpr Strikes strikes = Strikes::outage;
  static constexpr std::string_view about = "the tool is down for a time: every call fails";
  static constexpr std::string_view example = "tool-unavailable: {tool: github, at: {time: 5m}, lasts: 1m}";

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "until it is back"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }
  friend bool operator==(const ToolUnavailable&, const ToolUnavailable&) = default;
};

}  // namespace squall::faults
