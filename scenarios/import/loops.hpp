// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/import/drawing.hpp"

namespace squall::scenarios::imports {

/// The edges of a graph that close a loop: those that lead back to a node on the way from the start to their source, when the
/// edges are followed depth first in their order (of a loop with one way in, the edge back to it). As (source, target). Linear.
std::set<std::pair<std::string, std::string>> back_edges(const DrawnGraph& graph);

/// For each node, from where control comes to it first: its sources without the back edges, in the order of the edges, the start
/// as an empty name.
std::map<std::string, std::vector<std::string>> forward_sources(const DrawnGraph& graph);

/// Which circle each node is in: nodes that control can go round between have the same number, and no others. Linear.
std::map<std::string, std::size_t> circles(const DrawnGraph& graph);

}  // namespace squall::scenarios::imports
