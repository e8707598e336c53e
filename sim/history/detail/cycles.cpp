// SPDX-License-Identifier: Apache-2.0
#include "sim/history/detail/cycles.hpp"

#include <algorithm>

namespace squall::sim::history::detail {
namespace {

constexpr std::uint32_t none = 0xffff'ffffU;

}  // namespace

DependencyGraph::DependencyGraph(std::uint32_t nodes, std::span<const DependencyEdge> edges)
    : edges_{edges}, first_(nodes + 1, 0), sorted_(edges.size()), came_by_(nodes, none) {
  for (const DependencyEdge& edge : edges) ++first_[edge.from + 1];
  for (std::uint32_t n = 0; n < nodes; ++n) first_[n + 1] += first_[n];
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (std::uint32_t e = 0; e < edges.size(); ++e) sorted_[next[edges[e].from]++] = e;
}

std::vector<std::vector<std::uint32_t>> DependencyGraph::knots(DependencyKinds kinds) const {
  const auto nodes = static_cast<std::uint32_t>(first_.size() - 1);
  struct Step {
    std::uint32_t node, next;
  };
  std::vector<std::uint32_t> number(nodes, none), low(nodes, none), stack;
  std::vector<bool> on_stack(nodes, false);
  std::vector<Step> path;
  std::vector<std::vector<std::uint32_t>> found;
  std::uint32_t count = 0;
  const auto enter = [&](std::uint32_t node) {
    number[node] = low[node] = count++;
    stack.push_back(node);
    on_stack[node] = true;
    path.push_back({node, first_[node]});
  };
  for (std::uint32_t root = 0; root < nodes; ++root) {
    if (number[root] != none) continue;
    enter(root);
    while (!path.empty()) {
      Step& step = path.back();
      const std::uint32_t node = step.node;
      if (step.next < first_[node + 1]) {
        const DependencyEdge& edge = edges_[sorted_[step.next++]];
        if ((kinds & only(edge.kind)) == 0) continue;
        if (number[edge.to] == none) enter(edge.to);
        else if (on_stack[edge.to]) low[node] = std::min(low[node], number[edge.to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[node]);
      if (low[node] != number[node]) continue;
      std::vector<std::uint32_t> knot;
      for (std::uint32_t member = none; member != node;) {
        member = stack.back();
        stack.pop_back();
        on_stack[member] = false;
        knot.push_back(member);
      }
      if (knot.size() == 1) continue;
      std::ranges::sort(knot);
      found.push_back(std::move(knot));
    }
  }
  std::ranges::sort(found);
  return found;
}

std::optional<std::vector<std::uint32_t>> DependencyGraph::way(std::uint32_t from, std::uint32_t to,
                                                               DependencyKinds kinds,
                                                               std::span<const std::uint32_t> knot_of) const {
  touched_.assign(1, from);
  bool there = from == to;
  for (std::size_t at = 0; at < touched_.size() && !there; ++at) {
    for (const std::uint32_t e : leaving(touched_[at])) {
      const DependencyEdge& edge = edges_[e];
      if ((kinds & only(edge.kind)) == 0 || knot_of[edge.to] != knot_of[from] || edge.to == from ||
          came_by_[edge.to] != none)
        continue;
      came_by_[edge.to] = e;
      touched_.push_back(edge.to);
      if (edge.to == to) {
        there = true;
        break;
      }
    }
  }
  std::optional<std::vector<std::uint32_t>> way;
  if (there) {
    way.emplace();
    for (std::uint32_t node = to; node != from; node = edges_[came_by_[node]].from) way->push_back(came_by_[node]);
    std::ranges::reverse(*way);
  }
  for (const std::uint32_t node : touched_) came_by_[node] = none;
  return way;
}

}  // namespace squall::sim::history::detail
