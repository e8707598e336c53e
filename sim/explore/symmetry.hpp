// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/content.hpp"
#include "sim/explore/counterexample.hpp"

namespace squall::sim {

/// States that differ in nothing but which of several equals is which count as one. Shared by threads: it keeps nothing.
///
/// Requires: whatever can happen before can happen after under the new names, and judges say the same of both. Where two
/// are alike in part, and cannot be told apart, it stays right and merely reduces less.
class Symmetry {
 public:
  virtual ~Symmetry() = default;
  /// Turns a world into the one that stands for all that are like it. Requires: it renames equals, and nothing else.
  /// Sorting the equals by what they are does it. Nothing by default: then `fingerprint` and `encode` must see to it.
  virtual void canonical(World&) const {}
  /// Equal for worlds that are like each other, and for no others but by chance. May turn `world` into the one that stands
  /// for them. Never 0.
  virtual std::uint64_t fingerprint(World& world, Content& content) const {
    canonical(world);
    return content.hash(world);
  }
  /// The same as words, without chance. Requires: `world` comes from `fingerprint`.
  virtual void encode(const World& world, Content& content, std::vector<std::uint64_t>& words) const {
    content.encode(world, words);
  }
};

/// That of a world as it stands, where there is no symmetry.
inline std::uint64_t fingerprint_of(World& world, Content& content, const Symmetry* symmetry) {
  return symmetry == nullptr ? content.hash(world) : symmetry->fingerprint(world, content);
}

/// As `path_through`, where the fingerprints are those of a symmetry: the path is of real worlds.
std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin, const Symmetry* symmetry);

}  // namespace squall::sim
