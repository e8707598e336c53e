// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/agents/declarations.hpp"
#include "scenarios/runtimes/graph.hpp"
#include "scenarios/runtimes/heft.hpp"

/// How long things take as a rule: what a scheduler that orders by length goes by.
namespace squall::scenarios {

/// The mean of a time, of a log-normal one its median.
sim::Duration expected(const sim::Distribution& time);

/// How long a body takes if nothing fails and nobody is waited for: steps one after the other, of branches the longest, of
/// choices by their chances. What is computed counts as nothing.
sim::Duration expected(const Program& program, const Declarations& names);

/// A drawing's edges by the numbers of its nodes. An edge back to a node on the way is left out, so that there is no circle; how
/// long the hand-over takes is not known. O(nodes + edges).
std::vector<Tasks::Edge> forward_edges(const GraphDesign& design);

}  // namespace squall::scenarios
