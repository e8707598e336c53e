// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/kinds/tool_error.hpp"
#include "sim/error.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Uses up a tool's quota: this call and all that come after it, whoever calls, fail `rate-limited` and have no effect, until the
/// quota is there again or to the end of the run.
///
/// In explored worlds it is used up at any call, within the fault budget, and there again at any later moment where it `resets`.
struct ToolQuota {
  static constexpr std::string_view name = "tool-quota";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the tool's quota is used up: this and all further calls are rejected";
  static constexpr std::string_view example = "tool-quota: {tool: github, nth: 10, resets: 1h}";
  static constexpr bool goes_on = true;  ///< its bit of the fault state is set from there

  std::optional<sim::Distribution> resets;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"resets", "never", "until calls pass again"}, self.resets);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (decided(verdict)) return false;
    verdict.error = static_cast<std::uint8_t>(sim::Error::rate_limited);
    return true;
  }
  friend bool operator==(const ToolQuota&, const ToolQuota&) = default;
};

}  // namespace squall::faults
