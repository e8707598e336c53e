// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// A picture of a graph: nodes and arrows, some of them conditional, nodes inside of scopes. What LangGraph writes as JSON
/// and as Mermaid, before anything is made of it.
struct FlatGraph {
  struct Node {
    std::string id;                  ///< unique
    std::string label;               ///< what is shown
    std::string type;                ///< of what kind it is, for people; empty: not said
    std::vector<std::string> scope;  ///< names of the scopes that it is in, from the outside
    Mark at;
    bool interrupt_before = false, interrupt_after = false, defer = false;
  };
  struct Edge {
    std::string source, target, label;
    bool conditional = false;
    Mark at;
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;

  /// Nodes called so begin and end their scope.
  static constexpr const char* begin = "__start__";
  static constexpr const char* finish = "__end__";
};

/// Makes the drawing's graph of a picture: scopes become subgraphs, conditional arrows of one node exclusive routes with equal
/// chances. `join`: of nodes with several plain arrows into them, empty: that of the runtime. Assumes and says so.
void draw(Foreign& foreign, const FlatGraph& flat, const std::string& join);

}  // namespace squall::scenarios::imports
