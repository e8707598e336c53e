// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/agents/declarations.hpp"
#include "scenarios/runtimes/graph.hpp"

/// How long things take as a rule: what a scheduler that orders by length goes by.
namespace squall::scenarios {

/// The mean of a time, of a log-normal one its median.
sim::Duration expected(const sim::Distribution& time);

/// How long a body takes if nothing fails and nobody is waited for: steps one after the other, of branches the longest, of
/// choices by their chances. What is computed counts as nothing.
sim::Duration expected(const Program& program, const Declarations& names);

/// For each node the length of the longest way from its begin to an end: the upward rank of list scheduling (Topcuoglu,
/// Hariri, Wu, "Performance-effective and low-complexity task scheduling", 2002, on machines that are all alike). An edge back
/// to a node on the way counts as none. O(nodes + edges).
std::vector<sim::Duration> upward_ranks(const GraphDesign& design, const std::vector<sim::Duration>& own);

}  // namespace squall::scenarios
