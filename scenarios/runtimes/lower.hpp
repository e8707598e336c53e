// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/runtimes/graph.hpp"
#include "scenarios/workflow.hpp"

/// From a drawing to agents: one for each node, and one for the runtime that starts them.
namespace squall::scenarios {

/// What runtime and nodes say to one another. Where faults can strike it its names are such as files can say.
namespace inner {
inline constexpr const char* run = "graph-run";        ///< runtime to node: begin. Fields visit, inputs
inline constexpr const char* input = "graph-input";    ///< runtime to node, before it: one more artifact to begin with
inline constexpr const char* done = "graph-done";      ///< node to runtime: it is well done. Fields route, attempt
inline constexpr const char* failed = "graph-failed";  ///< node to runtime. Fields because, error
inline constexpr const char* enter = "graph-enter";    ///< node to the runtime of its subgraph. Field attempt
inline constexpr const char* left = "graph-left";      ///< and back. Fields ok (1; 0; -k: `Around`), attempt
inline std::string write(const std::string& key) { return "write " + key; }  ///< node to runtime. Fields value, attempt
/// Fields: no field of a user's own is called so.
inline constexpr const char* visit = "graph_visit";
inline constexpr const char* inputs = "graph_inputs";
inline constexpr const char* ok = "graph_ok";
inline constexpr const char* route = "graph_route";
inline constexpr const char* attempt = "graph_attempt";
inline constexpr const char* because = "graph_because";
inline constexpr const char* error = "graph_error";
inline constexpr const char* value = "graph_value";
/// What is left over of an edge.
inline std::string token(const std::string& from, const std::string& to) { return from + " -> " + to; }
inline constexpr const char* any_token = "graph-token";  ///< the same where edges have no topics of their own
}  // namespace inner

/// Whether the token that is left over of an edge has a topic of its own. Topics are few: the edges of a very large drawing
/// share one.
bool names_edges(const GraphDesign& design);

/// The agent that runs the whole graph.
inline constexpr const char* runtime_agent = "graph";

/// Whose subgraph a graph is.
struct Around {
  const GraphNode& node;
  /// Errors that this node, or one further out, tells from others in its `otherwise` or `retry`. By their position, counted
  /// from 1, the runtime of the subgraph says how it failed.
  std::vector<std::string> errors;
};

/// Adds the agents of a graph to a workflow. `around`: null for the whole graph. `host`: of the process that all live and die
/// in. What is wrong with the drawing is added to `errors`: nodes that are not there, labels that nobody has, joins that leave a
/// source out.
void lower(const GraphDesign& design, const Around* around, const std::string& host, Workflow& workflow,
           std::vector<BuildError>& errors);

/// A node's body as the program of an agent that a runtime called `runtime` starts: routes, writes that wait for their commit,
/// interrupts, fan-out, and what it says at its end. Labels are numbered in the order of `node.next`. `told`: by which errors
/// its subgraph says that it failed.
Program node_program(const GraphDesign& design, const GraphNode& node, const std::string& runtime,
                     const std::vector<std::string>& told, std::vector<BuildError>& errors);

/// What a node writes to the context, its `otherwise` included, with the mark of the first step that does.
std::map<std::string, std::uint32_t> keys_written(const GraphNode& node);

/// The number of a label among those of a node, from 0; nothing where no edge has it.
std::optional<std::uint32_t> label_number(const GraphNode& node, std::string_view label);

/// A node has at most so many labels: a bit of a route each.
inline constexpr std::size_t labels_max = 60;

}  // namespace squall::scenarios
