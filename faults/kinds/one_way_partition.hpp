// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/partition.hpp"

namespace squall::faults {

/// A partition in one direction: what `from` sends does not arrive at `to`, what `to` answers does.
struct OneWayPartition : Cut {
  static constexpr std::string_view name = "one-way-partition";
  static constexpr std::string_view about = "one side is not heard by the other, and hears it";
  static constexpr std::string_view example =
      "one-way-partition: {from: coder, to: tester, at: {time: 5m}, lasts: 2m, drops-in-flight: false}";
  static constexpr bool both_ways = false;
};

}  // namespace squall::faults
