// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

/// Places for the nodes of a graph without cycles, so that every edge goes down.
namespace squall::reports {

/// Layers from top to bottom, after Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System
/// Structures" (1981): longest paths, stand-ins on edges that cross layers, and sweeps that put each node at the middle of its
/// neighbours. For some tens of nodes: O(sweeps x nodes x edges).
class Layered {
 public:
  using Edge = std::pair<std::size_t, std::size_t>;  ///< from, to

  struct Node {
    int layer = 0;
    double x = 0;  ///< in widths of a node; no two of a layer are nearer than 1
  };

  /// Requires: the nodes 0 to `count` - 1 are in an order in which each edge goes to a later one.
  Layered(std::size_t count, std::span<const Edge> edges);

  bool stands_in(std::size_t node) const { return node >= count_; }

  std::vector<Node> nodes;                     ///< those of the graph, then stand-ins
  std::vector<std::vector<std::size_t>> rows;  ///< nodes of each layer from left to right
  std::vector<std::vector<std::size_t>> ways;  ///< of each edge: the nodes that it goes through, its ends among them
  double width = 1;                            ///< of the widest layer

 private:
  void pull_down(std::span<const Edge> edges);
  void lay(const Edge& edge);
  std::vector<double> neighbours(std::size_t node, bool above) const;
  void order(std::size_t row, bool above);
  void place();

  std::size_t count_;
};

}  // namespace squall::reports
