// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Loses a cancel that an agent has sent with a step of its own: whoever was to stop goes on, and nobody is told.
struct CancelLost {
  static constexpr std::string_view name = "cancel-lost";
  static constexpr Strikes strikes = Strikes::membership;
  static constexpr std::string_view about = "a cancel never arrives";
  static constexpr std::string_view example = "cancel-lost: {agent: planner, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::cancel};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const CancelLost&, const CancelLost&) = default;
};

}  // namespace squall::faults
