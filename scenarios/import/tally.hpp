// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "scenarios/import/drawing.hpp"

namespace squall::scenarios::imports {

/// What an import found, in numbers.
struct Tally {
  std::uint32_t nodes = 0;  ///< those of subgraphs included, subgraphs themselves not
  std::uint32_t control_edges =
      0;  ///< that start something, failures' included; those to the end and from the start too
  std::uint32_t data_edges = 0;
  std::uint32_t scopes = 0;  ///< subgraphs
  std::uint32_t fan_outs = 0;
  std::map<std::string, std::uint32_t> joins{};  ///< nodes with several edges into them, loops' not counted, by kind
  std::uint32_t waits_bounded = 0;               ///< for persons, callbacks and jobs
  std::uint32_t waits_unbounded = 0;
  std::uint32_t effects_with_key = 0, effects_without_key = 0;
  std::uint32_t retries = 0;
};

/// Counts a drawing. A wait is bounded by its own timeout, its node's or that of any scope around it. O(size).
Tally tally(const Drawing& drawing);

}  // namespace squall::scenarios::imports
