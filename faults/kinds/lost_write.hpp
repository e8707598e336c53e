// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/drop.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Acknowledges a write, or a compare-and-set, and keeps nothing of it.
struct LostWrite : Dropped {
  static constexpr std::string_view name = "lost-write";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a write is acknowledged and not kept";
  static constexpr std::string_view example = "lost-write: {agent: coder, key: plan, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::write, sim::Operation::compare_and_set};
};

}  // namespace squall::faults
