// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "faults/fault.hpp"

namespace squall::faults {

/// An option that says how much of a fault there is: a fixed time in nanoseconds, or a number of times.
struct Extent {
  std::string_view option;
  bool is_time = true;
  std::int64_t value = 0;
};

/// Those of a fault, in the order of its options. What is still to be drawn, or never ends, is none.
std::vector<Extent> extents(const Fault&);

/// The same fault with extent `which` as `value`. Requires: it is one of `extents`.
Fault with_extent(const Fault&, std::size_t which, std::int64_t value);

/// What a person would write instead of an extent and is less, ascending from 0: numbers that begin with 1, 2 or 5, and 30 of
/// seconds and minutes. Of a time of a millisecond or more nothing below that but 0.
std::vector<std::int64_t> plain_values_below(const Extent&);

}  // namespace squall::faults
