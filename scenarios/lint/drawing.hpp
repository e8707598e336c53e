// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/runtimes/graph.hpp"

namespace squall::scenarios {

/// A drawing as its rules read it: numbers in place of names, and which edges exclude each other.
class Drawing {
 public:
  using Number = std::uint32_t;
  static constexpr Number to_end = 0xffff'ffffU;
  struct Edge {
    Number from, to;                 ///< `from`: `to_end` stands for the start
    std::set<std::string> labels{};  ///< by any of which it is taken; empty: always
  };

  /// Refers to the design, whose names all lead somewhere. Linear.
  explicit Drawing(const GraphDesign& design);

  const GraphDesign& design() const { return design_; }
  Number size() const { return static_cast<Number>(design_.nodes.size()); }
  const GraphNode& node(Number n) const { return design_.nodes[n]; }
  const std::vector<Edge>& edges() const { return edges_; }
  const std::vector<Number>& out(Number n) const { return out_[n]; }  ///< edges
  const std::vector<Number>& in(Number n) const { return in_[n]; }    ///< edges, those from the start among them

  using Set = std::vector<bool>;
  /// Nodes that can be come to from the start, without these edges and without going on from `blocked`.
  Set from_start(const Set& without_edges, Number blocked = to_end) const;
  Set from_start() const { return from_start({}); }
  /// Nodes that can be come to from this one; itself only where something leads back.
  Set from(Number n) const;
  /// Nodes from which the end can be come to.
  Set to_the_end() const;

  /// Whether a node takes one label at a time: its body routes, and never to two.
  bool is_router(Number n) const { return routers_[n]; }
  /// Whether it takes labels by what its body says: a router, or one that may take several.
  bool chooses(Number n) const { return routers_[n] || !routes_[n].empty(); }
  /// Two edges of one node of which one visit takes one at most.
  bool exclude(Number edge, Number other) const;

  /// A choice that decides whether a node is come to: one of the labels of an edge of a router.
  struct Choice {
    Number router;
    std::set<std::string> labels;
    friend auto operator<=>(const Choice&, const Choice&) = default;
  };
  /// The choices without which an edge is never taken.
  std::set<Choice> choices_of(Number edge) const;
  /// A router that lets through one of two edges, wherever they are; nothing where both may be taken.
  std::optional<Number> decider(Number edge, Number other) const;

  /// A node that may take the way of one of two edges and not that of the other, as far as it says where it routes to; nothing
  /// where both are always taken together.
  std::optional<Number> parter(Number edge, Number other) const;

  /// A node that may take its way past all of these edges at once, as far as it says where it routes to: none of them gets anything
  /// then. Nothing where one of them is always taken.
  std::optional<Number> passer(const std::vector<Number>& edges) const;

  /// How the join of a node reads: its own, else that of the rules.
  JoinRule join(Number n) const;
  /// The in-edges that have to have a token for it: of an `all`; empty of any other.
  std::vector<Number> all_of(Number n) const;

 private:
  Number number(const std::string& name) const;

  const GraphDesign& design_;
  std::map<std::string, Number> numbers_;
  std::vector<Edge> edges_;
  std::vector<std::vector<Number>> out_, in_;
  std::vector<bool> routers_;
  std::vector<std::vector<std::set<std::string>>> routes_;  ///< what each `route` of a body takes
  std::vector<std::set<Choice>> choices_;                   ///< of nodes: all that one has to be taken for them
};

/// Each drawing of a workflow: the whole one and its subgraphs.
std::vector<const GraphDesign*> designs_of(const GraphDesign& design);

}  // namespace squall::scenarios
