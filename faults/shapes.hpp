// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "faults/line.hpp"

/// What is armed: lines as they stand, shapes taken apart.
namespace squall::faults {

struct Part {
  Line line;             ///< of a plain kind, with the trigger of the line that it comes from
  std::uint32_t of;      ///< position of that line
  std::uint32_t number;  ///< among the parts of that line
  sim::Duration after;   ///< it begins so long after the line's own time
};

/// In the order of the lines. Parts of a shape share its dice: it takes place as a whole or not at all.
std::vector<Part> parts_of(std::span<const Line> lines);

/// How many there are. Requires: no line has trouble.
std::size_t count_parts(std::span<const Line> lines);

}  // namespace squall::faults
