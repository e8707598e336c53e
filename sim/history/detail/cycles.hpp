// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/history/transactions/dependencies.hpp"

namespace squall::sim::history::detail {

/// A set of kinds of dependencies: a bit for each.
using DependencyKinds = std::uint32_t;
constexpr DependencyKinds only(Dependency kind) { return DependencyKinds{1} << static_cast<unsigned>(kind); }
inline constexpr DependencyKinds all_dependencies = 31;

/// Edges by where they begin, to walk along.
class DependencyGraph {
 public:
  /// Refers to `edges`, which have to stay.
  DependencyGraph(std::uint32_t nodes, std::span<const DependencyEdge> edges);

  /// Strongly connected components of more than one node, along edges of these kinds: each ascending, in the order of
  /// their first nodes. O(nodes + edges) (Tarjan, 1972).
  std::vector<std::vector<std::uint32_t>> knots(DependencyKinds kinds) const;

  /// The shortest way from one node to another along edges of these kinds, inside `knot` (by node: its number, as `of`
  /// says): positions in the edges. Nothing where there is none.
  std::optional<std::vector<std::uint32_t>> way(std::uint32_t from, std::uint32_t to, DependencyKinds kinds,
                                                std::span<const std::uint32_t> knot_of) const;

 private:
  std::span<const std::uint32_t> leaving(std::uint32_t node) const {
    return std::span{sorted_}.subspan(first_[node], first_[node + 1] - first_[node]);
  }

  std::span<const DependencyEdge> edges_;
  std::vector<std::uint32_t> first_, sorted_;
  mutable std::vector<std::uint32_t> came_by_, touched_;
};

}  // namespace squall::sim::history::detail
