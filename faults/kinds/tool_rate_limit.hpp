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

/// Rejects a call as one too many (HTTP's 429): it fails `rate-limited`, nothing is done. The answer may say when to come
/// again, which a retry with `hint` heeds.
struct ToolRateLimit {
  static constexpr std::string_view name = "tool-rate-limit";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the call is rejected as one too many";
  static constexpr std::string_view example = "tool-rate-limit: {agent: coder, tool: github, nth: 1, retry-after: 30s}";

  std::optional<sim::Distribution> retry_after;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"retry-after", "", "after how long it says that one may come again"}, self.retry_after);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (decided(verdict)) return false;
    verdict.error = static_cast<std::uint8_t>(sim::Error::rate_limited);
    verdict.content = retry_after ? retry_after->a : 0;
    return true;
  }
  friend bool operator==(const ToolRateLimit&, const ToolRateLimit&) = default;
};

}  // namespace squall::faults
