// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/tally.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include "scenarios/import/loops.hpp"

namespace squall::scenarios::imports {
namespace {

using Kind = DrawnStep::Kind;

/// The first word of a join: what kind it is.
std::string kind_of(const std::string& join, std::string_view preset) {
  if (join.starts_with("[")) return "groups";
  if (join.starts_with("{")) return join.substr(1, join.find(':') - 1);
  if (!join.empty()) return join;
  return preset.starts_with("graphflow") || preset.starts_with("dataflow") ? "all" : "each";
}

class Counter {
 public:
  explicit Counter(const Drawing& drawing) : drawing_(drawing) {
    for (const DrawnTool& tool : drawing.tools) effects_.emplace(tool.name, tool.effect);
  }

  Tally run() {
    graph(drawing_.graph, drawing_.graph.runs_as, false);
    return tally_;
  }

 private:
  void graph(const DrawnGraph& graph, const std::string& around, bool bounded) {
    const std::string& preset = graph.runs_as.empty() ? around : graph.runs_as;
    std::set<std::tuple<std::string, std::string, std::string>> control, data;
    for (const DrawnEdge& edge : graph.edges) {
      if (edge.kind == DrawnEdge::Kind::data) {
        data.emplace(edge.source, edge.target, edge.label);
        continue;
      }
      control.emplace(edge.source, edge.target, edge.label);
    }
    tally_.control_edges += static_cast<std::uint32_t>(control.size());
    tally_.data_edges += static_cast<std::uint32_t>(data.size());
    const auto sources = forward_sources(graph);
    for (const DrawnNode& one : graph.nodes) {
      const auto into = sources.find(one.name);
      if (into != sources.end() && into->second.size() > 1) ++tally_.joins[kind_of(one.join, preset)];
      node(one, preset, bounded);
    }
  }

  void node(const DrawnNode& node, const std::string& preset, bool bounded) {
    const bool in_time = bounded || !node.timeout.empty();
    tally_.retries += node.retry ? 1 : 0;
    tally_.fan_outs += node.over.empty() ? 0 : 1;
    if (node.inside.empty()) {
      ++tally_.nodes;
    } else {
      ++tally_.scopes;
      // What runs side by side in a scope ends together: a join of all.
      const auto starts =
          std::ranges::count_if(node.inside.front().edges, [](const DrawnEdge& edge) { return edge.source.empty(); });
      if (starts > 1) ++tally_.joins["end of a scope"];
      graph(node.inside.front(), preset, in_time);
    }
    steps(node.body, in_time);
  }

  void steps(std::span<const DrawnStep> steps, bool bounded) {
    for (const DrawnStep& step : steps) {
      const bool in_time = bounded || !step.timeout.empty();
      tally_.retries += step.retry ? 1 : 0;
      if (step.kind == Kind::ask || step.kind == Kind::interrupt || step.waits)
        ++(in_time ? tally_.waits_bounded : tally_.waits_unbounded);
      if (step.kind == Kind::call && has_effect(step.what))
        ++(step.detail.empty() ? tally_.effects_without_key : tally_.effects_with_key);
      for (const DrawnChoice& branch : step.branches) this->steps(branch.steps, in_time);
    }
  }

  bool has_effect(const std::string& tool) const {
    const auto found = effects_.find(tool);
    return found == effects_.end() || found->second;
  }

  const Drawing& drawing_;
  std::map<std::string, bool> effects_;  // of tools
  Tally tally_;
};

}  // namespace

Tally tally(const Drawing& drawing) { return Counter{drawing}.run(); }

}  // namespace squall::scenarios::imports
