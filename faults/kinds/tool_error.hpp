// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/error.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// A verdict says already how the call goes: one fault for each.
constexpr bool decided(const sim::Verdict& verdict) {
  return verdict.error != 0 || verdict.drop || verdict.unanswered || verdict.changed != 0;
}

/// Makes a call fail `unavailable`. With `effect`, what was asked for has been done all the same: the worst answer to
/// retry after.
struct ToolError {
  static constexpr std::string_view name = "tool-error";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the call fails";
  static constexpr std::string_view example = "tool-error: {agent: coder, tool: github, nth: 1, effect: false}";

  bool effect = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"effect", "false", "whether what was asked for is done nevertheless"}, self.effect);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (decided(verdict)) return false;
    verdict.error = static_cast<std::uint8_t>(sim::Error::unavailable);
    verdict.happens = effect;
    return true;
  }
  friend bool operator==(const ToolError&, const ToolError&) = default;
};

}  // namespace squall::faults
