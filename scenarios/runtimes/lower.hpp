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
inline constexpr const char* asks = "graph-asks";      ///< node to runtime: it gives way to a question
inline constexpr const char* may_ask = "graph-may-ask";  ///< and back: the others of its step are done, or ask as well
inline constexpr const char* took = "graph-took";  ///< element of a fan-out to its node. Fields route, attempt, visit
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
inline constexpr const char* entry = "graph_entry";  ///< of all between a subgraph's runtime and nodes: which run of it
inline constexpr const char* lost = "graph_lost";  ///< of `run`: how often it was lost with a worker that had taken it
inline constexpr const char* worker = "graph_worker";    ///< of `run`, `done` and `failed`, where workers are known
inline constexpr const char* percent = "graph_percent";  ///< of `run`: what work takes on this worker
/// A route: there was nothing to fan out over.
inline constexpr std::int64_t no_elements = -2;
/// What is left over of an edge.
inline std::string token(const std::string& from, const std::string& to) { return from + " -> " + to; }
inline constexpr const char* any_token = "graph-token";  ///< the same where edges have no topics of their own
/// The slots of a worker that reserves more than it works on: who has none waits for one.
inline std::string slots_of(const GraphNode& node) { return node.name + "-slots"; }
}  // namespace inner

/// Whether the token that is left over of an edge has a topic of its own. Topics are few: the edges of a very large drawing
/// share one.
bool names_edges(const GraphDesign& design);

/// Local of a runtime that numbers its runs, and of its nodes: which run it is.
inline constexpr const char* entry_name = "(entry)";

/// Whether runs of a subgraph can overlap, or outlive their end: then all that is said for one of them carries its number.
bool numbers_runs(const GraphDesign& design, const std::string& runtime);
/// A subgraph that its process keeps a checkpoint of goes on inside after a crash.
bool goes_on_inside(const GraphDesign& design, const std::string& runtime);
/// Whether starts count how often they came again: then they have failed so often, or what the lost ones wrote is told from
/// what counts, or their copies are acknowledged together.
bool counts_losses(const GraphDesign& design);
/// Whether a node of it, or of a subgraph, asks somebody: under supersteps a question waits for the others of the step.
bool gives_way(const GraphDesign& design);

/// The agent that runs the whole graph.
inline constexpr const char* runtime_agent = "graph";

/// Whose subgraph a graph is.
struct Around {
  const GraphNode& node;
  std::string runtime;  ///< of the graph that has this node
  bool in_steps;        ///< which takes supersteps, in one process
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
