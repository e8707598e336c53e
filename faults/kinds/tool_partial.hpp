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

/// Answers a call that has succeeded with a part of the answer: of ten results the first one, of a batch what went through. An effect
/// has no parts, it happens; `agent-lie` is for one that does not. An answer of no more than `keep` is not struck.
struct ToolPartial {
  static constexpr std::string_view name = "tool-partial";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the tool answers success and with a part of the answer";
  static constexpr std::string_view example = "tool-partial: {agent: coder, tool: github, nth: 1, keep: 1}";

  std::uint32_t keep = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"keep", "1", "how much of the answer is left, a number"}, self.keep);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (decided(verdict) || spot.world.call(spot.target.row).result <= std::int64_t{keep}) return false;
    verdict.changed = 1;
    verdict.content = keep;
    return true;
  }
  friend bool operator==(const ToolPartial&, const ToolPartial&) = default;
};

}  // namespace squall::faults
