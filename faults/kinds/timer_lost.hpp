// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/drop.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Loses a timer that an agent arms: a timeout or a deadline that never strikes, an alarm of a struct agent that never rings. Work and
/// sleep are no timers of this sort.
struct TimerLost : Dropped {
  static constexpr std::string_view name = "timer-lost";
  static constexpr Strikes strikes = Strikes::timer;
  static constexpr std::string_view about = "a timeout, deadline or alarm never strikes";
  static constexpr std::string_view example = "timer-lost: {agent: coder, nth: 1}";
};

}  // namespace squall::faults
