// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/counterexample.hpp"

namespace squall::sim {

/// States that differ in nothing but which of several equals is which count as one.
///
/// Requires: `canonical` renames equals, and nothing else; whatever can happen before can happen after under the new names, and
/// judges say the same of both. Sorting the equals by what they are does it. Where two are alike in part, and a sort cannot
/// tell them apart, it stays right and merely reduces less.
class Symmetry {
 public:
  virtual ~Symmetry() = default;
  /// Turns a world into the one that stands for all that are like it.
  virtual void canonical(World& world) const = 0;
};

/// As `path_through`, where the fingerprints are those of canonical worlds: the path is of real ones.
std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin, const Symmetry* symmetry);

}  // namespace squall::sim
