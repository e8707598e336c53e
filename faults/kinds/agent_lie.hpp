// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/kinds/tool_error.hpp"
#include "sim/fields.hpp"
#include "sim/model.hpp"

namespace squall::faults {

/// Answers a call with success and lets nothing happen: "I have pushed the branch". What the agent reports afterwards rests on
/// an effect that is not there. Tools without effect cannot be lied about.
struct AgentLie {
  static constexpr std::string_view name = "agent-lie";
  static constexpr Strikes strikes = Strikes::tool;
  static constexpr std::string_view about = "the agent goes on as if a call had succeeded that had no effect";
  static constexpr std::string_view example = "agent-lie: {agent: coder, tool: github, nth: 3}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (decided(verdict) || !spot.run.model.tools[spot.target.detail].effect) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const AgentLie&, const AgentLie&) = default;
};

}  // namespace squall::faults
