// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/kinds/tool_error.hpp"
#include "sim/error.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Swallows a call: nothing is done, and no answer comes. Only the caller's own timeout ends the wait, or `after`: then the
/// call fails `timeout`, so much later than an answer would have come.
struct ToolTimeout {
  static constexpr std::string_view name = "tool-timeout";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the call is swallowed: nothing is done, no answer comes";
  static constexpr std::string_view example = "tool-timeout: {agent: coder, tool: github, nth: 1, after: 30s}";

  std::optional<sim::Distribution> after;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"after", "never", "how long until the call fails by itself"}, self.after);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (decided(verdict)) return false;
    if (after) {
      verdict.error = static_cast<std::uint8_t>(sim::Error::timeout);
      verdict.delay = sim::Duration{after->a};
    } else {
      verdict.drop = verdict.unanswered = true;
    }
    return true;
  }
  friend bool operator==(const ToolTimeout&, const ToolTimeout&) = default;
};

}  // namespace squall::faults
