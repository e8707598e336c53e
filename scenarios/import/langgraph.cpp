// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "scenarios/import/flat_graph.hpp"
#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"

// {nodes: [{id, type, data: {id: [...], name}, metadata}], edges: [{source, target, data, conditional}]}. Scopes are not in it:
// with `xray` the ids of what is inside have the scopes' names in front, with colons.

namespace squall::scenarios::imports {
namespace {

void read_node(Foreign& foreign, const Node& node, FlatGraph& flat, std::map<std::string, Mark>& known) {
  if (!node.is_mapping()) return foreign.refuse(node.mark, "a node is no mapping", "write {\"id\": \"NAME\"}");
  const Node* id = node.find("id");
  if (id == nullptr || !id->is_scalar() || id->text.empty())
    return foreign.refuse(node.mark, "a node has no id", "give it an \"id\"");
  if (!known.emplace(id->text, id->mark).second)
    return foreign.refuse(id->mark, fmt::format("the id '{}' is another node's already", id->text),
                          "give each node an id of its own");
  FlatGraph::Node made{.id = id->text, .label = {}, .type = {}, .scope = {}, .at = id->mark};
  std::string rest = id->text;
  for (std::size_t colon = rest.find(':'); colon != std::string::npos; colon = rest.find(':')) {
    if (colon > 0) made.scope.push_back(rest.substr(0, colon));
    rest.erase(0, colon + 1);
  }
  made.label = rest;
  if (const Node* data = node.find("data"); data != nullptr && data->is_mapping()) {
    if (const Node* path = data->find("id"); path != nullptr && path->is_sequence() && !path->items.empty()) {
      const std::string& type = path->items.back()->text;
      if (type != "RunnableCallable" && type != "RunnableSequence") made.type = type;
    }
    foreign.puzzled_by_others(*data, "a node's data", {"id", "name"});
  }
  if (const Node* metadata = node.find("metadata"); metadata != nullptr && metadata->is_mapping()) {
    const std::string interrupt = foreign.text_of(*metadata, "__interrupt");
    made.interrupt_before = interrupt.find("before") != std::string::npos;
    made.interrupt_after = interrupt.find("after") != std::string::npos;
    made.defer = foreign.flag_of(*metadata, "defer", false);
    foreign.puzzled_by_others(*metadata, "a node's metadata", {"__interrupt", "defer"});
  }
  foreign.puzzled_by_others(node, "a node", {"id", "type", "data", "metadata"});
  flat.nodes.push_back(std::move(made));
}

void read_edge(Foreign& foreign, const Node& edge, FlatGraph& flat, const std::map<std::string, Mark>& known) {
  if (!edge.is_mapping())
    return foreign.refuse(edge.mark, "an edge is no mapping", "write {\"source\": \"A\", \"target\": \"B\"}");
  FlatGraph::Edge made{.source = {}, .target = {}, .label = foreign.text_of(edge, "data"), .at = edge.mark};
  for (const auto& [key, into] : {std::pair{"source", &made.source}, std::pair{"target", &made.target}}) {
    const Node* end = edge.find(key);
    if (end == nullptr || !end->is_scalar())
      return foreign.refuse(edge.mark, fmt::format("an edge has no {}", key), fmt::format("give it a \"{}\"", key));
    if (!known.contains(end->text))
      return foreign.refuse(end->mark, fmt::format("the edge's {} is '{}', and no node has that id", key, end->text),
                            "declare the node, or name another");
    *into = end->text;
  }
  made.conditional = foreign.flag_of(edge, "conditional", false);
  foreign.puzzled_by_others(edge, "an edge", {"source", "target", "data", "conditional"});
  flat.edges.push_back(std::move(made));
}

}  // namespace

void read_langgraph(Foreign& foreign, const Node& root, const std::string& join) {
  const Node* nodes = root.is_mapping() ? foreign.sequence_of(root, "nodes") : nullptr;
  const Node* edges = root.is_mapping() ? foreign.sequence_of(root, "edges") : nullptr;
  if (nodes == nullptr || edges == nullptr || nodes->items.size() > ImportLimits::nodes)
    return foreign.refuse(
        root.mark,
        fmt::format("this is no LangGraph graph: it has no lists 'nodes' and 'edges', or more than {} nodes",
                    ImportLimits::nodes),
        "write what get_graph().to_json() returns");
  FlatGraph flat;
  std::map<std::string, Mark> known;
  for (const Node* node : nodes->items) read_node(foreign, *node, flat, known);
  for (const Node* edge : edges->items) read_edge(foreign, *edge, flat, known);
  foreign.puzzled_by_others(root, "the graph", {"nodes", "edges"});
  if (foreign.refused()) return;
  draw(foreign, flat, join);
}

}  // namespace squall::scenarios::imports
