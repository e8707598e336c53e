// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/reader/record.hpp"
#include "scenarios/runtimes/graph.hpp"

namespace squall::scenarios {

/// The section `graph`: section 6 of the language. Adds its agents to the workflow, and its nodes to the names that are
/// declared.
void read_graph(Record& graph, std::vector<std::pair<std::string, Mark>>& declared, Workflow& workflow);

}  // namespace squall::scenarios
