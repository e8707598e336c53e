// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Makes the next piece of work unsound: well formed, and wrong. A check may notice. What is unsound already is not struck.
struct AgentWrong {
  static constexpr std::string_view name = "agent-wrong";
  static constexpr Strikes strikes = Strikes::artifact;
  static constexpr std::string_view about = "what the agent makes is well formed and unsound";
  static constexpr std::string_view example = "agent-wrong: {agent: coder, artifact: code, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::make};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.wrong || spot.target.unsound) return false;
    verdict.wrong = true;
    return true;
  }
  friend bool operator==(const AgentWrong&, const AgentWrong&) = default;
};

}  // namespace squall::faults
