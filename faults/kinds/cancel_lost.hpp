// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/drop.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Loses a cancel that an agent has sent with a step of its own: whoever was to stop goes on, and nobody is told.
struct CancelLost : Dropped {
  static constexpr std::string_view name = "cancel-lost";
  static constexpr Strikes strikes = Strikes::membership;
  static constexpr std::string_view about = "a cancel never arrives";
  static constexpr std::string_view example = "cancel-lost: {agent: planner, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::cancel};
};

}  // namespace squall::faults
