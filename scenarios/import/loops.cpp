// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/loops.hpp"

#include <algorithm>

namespace squall::scenarios::imports {

std::set<std::pair<std::string, std::string>> back_edges(const DrawnGraph& graph) {
  std::map<std::string, std::vector<std::string>> targets;
  for (const DrawnEdge& edge : graph.edges) {
    if (edge.kind != DrawnEdge::Kind::data && edge.target != "end") targets[edge.source].push_back(edge.target);
  }
  enum class Colour : std::uint8_t { white, grey, black };
  std::map<std::string, Colour> colours;
  std::set<std::pair<std::string, std::string>> back;
  struct Visit {
    std::string name;
    std::size_t next = 0;
  };
  const auto follow = [&](const std::string& root) {
    std::vector<Visit> stack{{root}};
    colours[root] = Colour::grey;
    while (!stack.empty()) {
      Visit& visit = stack.back();
      const std::vector<std::string>& out = targets[visit.name];
      if (visit.next == out.size()) {
        colours[visit.name] = Colour::black;
        stack.pop_back();
        continue;
      }
      const std::string& target = out[visit.next++];
      Colour& colour = colours[target];
      if (colour == Colour::grey) back.emplace(visit.name, target);
      if (colour != Colour::white) continue;
      colour = Colour::grey;
      stack.push_back({target});
    }
  };
  follow("");
  for (const DrawnNode& node : graph.nodes) {
    if (colours[node.name] == Colour::white) follow(node.name);
  }
  return back;
}

std::map<std::string, std::vector<std::string>> forward_sources(const DrawnGraph& graph) {
  const auto back = back_edges(graph);
  std::map<std::string, std::vector<std::string>> sources;
  std::set<std::pair<std::string, std::string>> seen;
  for (const DrawnEdge& edge : graph.edges) {
    if (edge.kind == DrawnEdge::Kind::data || edge.target == "end" || back.contains({edge.source, edge.target}))
      continue;
    if (seen.emplace(edge.source, edge.target).second) sources[edge.target].push_back(edge.source);
  }
  return sources;
}

std::map<std::string, std::size_t> circles(const DrawnGraph& graph) {
  // Kosaraju's algorithm (Sharir 1981): in the reverse of the order in which a first search leaves the nodes, a second one along
  // the edges turned round finds one component after the other.
  std::map<std::string, std::vector<std::string>> out, in;
  for (const DrawnEdge& edge : graph.edges) {
    if (edge.kind == DrawnEdge::Kind::data || edge.target == "end" || edge.source.empty()) continue;
    out[edge.source].push_back(edge.target);
    in[edge.target].push_back(edge.source);
  }
  std::vector<std::string> left;
  std::map<std::string, std::size_t> seen;
  struct Visit {
    std::string name;
    std::size_t next = 0;
  };
  for (const DrawnNode& node : graph.nodes) {
    if (!seen.emplace(node.name, 0).second) continue;
    std::vector<Visit> stack{{node.name}};
    while (!stack.empty()) {
      Visit& visit = stack.back();
      const std::vector<std::string>& targets = out[visit.name];
      if (visit.next == targets.size()) {
        left.push_back(std::move(visit.name));
        stack.pop_back();
        continue;
      }
      const std::string& target = targets[visit.next++];
      if (seen.emplace(target, 0).second) stack.push_back({target});
    }
  }
  std::map<std::string, std::size_t> circle;
  std::size_t number = 0;
  for (auto root = left.rbegin(); root != left.rend(); ++root) {
    if (circle.contains(*root)) continue;
    std::vector<std::string> stack{*root};
    circle[*root] = ++number;
    while (!stack.empty()) {
      const std::string name = std::move(stack.back());
      stack.pop_back();
      for (const std::string& source : in[name]) {
        if (circle.emplace(source, number).second) stack.push_back(source);
      }
    }
  }
  return circle;
}

}  // namespace squall::scenarios::imports
