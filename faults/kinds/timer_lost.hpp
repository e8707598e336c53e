// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Loses a timer that an agent arms: a timeout or a deadline that never strikes, an alarm of a struct agent that never rings. Work and
/// sleep are no timers of this sort.
struct TimerLost {
  static constexpr std::string_view name = "timer-lost";
  static constexpr Strikes strikes = Strikes::timer;
  static constexpr std::string_view about = "a timeout, deadline or alarm never strikes";
  static constexpr std::string_view example = "timer-lost: {agent: coder, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const TimerLost&, const TimerLost&) = default;
};

}  // namespace squall::faults
