// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/kinds/tool_error.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Answers a call that has succeeded with nothing: zero, false, an empty text. What was asked for is done. A call whose answer says
/// nothing anyway is not struck.
struct ToolEmpty {
  static constexpr std::string_view name = "tool-empty";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the tool does its work and answers with nothing";
  static constexpr std::string_view example = "tool-empty: {agent: coder, tool: github, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (decided(verdict) || spot.world.call(spot.target.row).result == 0) return false;
    verdict.changed = 1;
    return true;
  }
  friend bool operator==(const ToolEmpty&, const ToolEmpty&) = default;
};

}  // namespace squall::faults
