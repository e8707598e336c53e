// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "scenarios/runtimes/graph.hpp"

/// The presets. What each was checked against stands in the room's README.
namespace squall::scenarios {
namespace {

using Join = JoinRule::Kind;

constexpr std::array rules{
    Rules{.preset = "langgraph",
          .start = StartRule::superstep,
          .commit = Commit::end_of_superstep,
          .checkpoint = Saves::node,
          .tally = Tally::sets,
          .empty = Empty::nothing},
    Rules{.preset = "graphflow",
          .start = StartRule::superstep,
          .commit = Commit::end_of_node,
          .join = Join::all,
          .tally = Tally::counter,
          .at_once = 1,
          .stops_siblings = false},
    Rules{.preset = "crewai-flow", .start = StartRule::listener},
    Rules{.preset = "group-chat", .start = StartRule::speaker, .at_once = 1},
    Rules{.preset = "step-functions",
          .start = StartRule::token,
          .commit = Commit::end_of_node,
          .checkpoint = Saves::node,
          .guarantee = Guarantee::exactly_once},
    Rules{.preset = "dataflow",
          .skip = Skip::propagate,
          .failure = FailureScope::node,
          .checkpoint = Saves::node,
          .guarantee = Guarantee::at_least_once,
          .join = Join::all,
          .empty = Empty::skipped},
    Rules{.preset = "queue-worker",
          .start = StartRule::queue,
          .failure = FailureScope::node,
          .checkpoint = Saves::node,
          .guarantee = Guarantee::at_least_once},
    Rules{.preset = "durable",
          .start = StartRule::history,
          .checkpoint = Saves::node,
          .guarantee = Guarantee::at_least_once},
};

}  // namespace

const Rules* preset(std::string_view name) {
  const auto found = std::ranges::find(rules, name, &Rules::preset);
  return found == rules.end() ? nullptr : &*found;
}

std::vector<std::string_view> presets() {
  std::vector<std::string_view> names;
  names.reserve(rules.size());
  for (const Rules& each : rules) names.push_back(each.preset);
  return names;
}

const GraphNode* GraphDesign::find(std::string_view name) const {
  const auto found = std::ranges::find(nodes, name, &GraphNode::name);
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace squall::scenarios
