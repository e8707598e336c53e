// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Takes unsound work for sound: a reviewer that waves through, a model that agrees with whatever it is shown. A check of sound
/// work is not struck.
struct AgentFalseAccept {
  static constexpr std::string_view name = "agent-false-accept";
  static constexpr Strikes strikes = Strikes::artifact;
  static constexpr std::string_view about = "the agent's check takes unsound work for sound";
  static constexpr std::string_view example = "agent-false-accept: {agent: tester, artifact: code, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::validate};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.wrong || !spot.target.unsound) return false;
    verdict.wrong = true;
    return true;
  }
  friend bool operator==(const AgentFalseAccept&, const AgentFalseAccept&) = default;
};

}  // namespace squall::faults
