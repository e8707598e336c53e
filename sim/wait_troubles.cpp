// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <optional>
#include <utility>

#include "sim/detail/wait_graph.hpp"

/// What the graph of those who are stuck comes to: cycles, orphans, and who waits behind them.
namespace squall::sim {
namespace detail {

/// Mostly nobody waits in a circle: then the order in which a depth-first search leaves the vertices is that of the
/// components, one vertex each, in the numbering that Boost would give them. False where there is a cycle.
bool WaitGraph::find_order() {
  constexpr std::uint32_t unseen = no_node, open = no_node - 1;
  const std::uint32_t vertices = waiters() + static_cast<std::uint32_t>(supplies_.size());
  component_.assign(vertices, unseen);
  visits_.clear();
  std::uint32_t left = 0;
  for (std::uint32_t root = 0; root < vertices; ++root) {
    if (component_[root] != unseen) continue;
    component_[root] = open;
    visits_.push_back({root, first_edge_[root]});
    while (!visits_.empty()) {
      Visit& at = visits_.back();
      if (at.edge == first_edge_[at.vertex + 1]) {
        component_[at.vertex] = left++;
        visits_.pop_back();
        continue;
      }
      const std::uint32_t to = edges_[at.edge++].to;
      if (component_[to] == open) return false;
      if (component_[to] != unseen) continue;
      component_[to] = open;
      visits_.push_back({to, first_edge_[to]});
    }
  }
  return true;
}

void WaitGraph::find_components() {
  if (find_order()) return;
  using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(edges_.size());
  for (const Edge& edge : edges_) pairs.emplace_back(edge.from, edge.to);
  const std::size_t vertices = waiters() + supplies_.size();
  const Graph graph(boost::edges_are_sorted, pairs.begin(), pairs.end(), vertices);
  component_.assign(vertices, 0);
  const auto index_map = boost::get(boost::vertex_index, graph);
  boost::strong_components(graph, boost::make_iterator_property_map(component_.begin(), index_map));
}

WaitEdge WaitGraph::edge_towards(std::uint32_t vertex, const Edge& edge, std::uint32_t blocker) const {
  return {.waiter = node(vertex).row,
          .blocker = node(blocker).row,
          .awaited = edge.awaited,
          .gives_up = node(vertex).bounded,
          .detail = edge.detail};
}

/// Breadth first through the component of `start`, back to it.
std::vector<WaitEdge> WaitGraph::shortest_cycle(std::uint32_t start) {
  came_by_.resize(std::max(came_by_.size(), component_.size()), no_node);
  reached_.assign(1, start);
  std::uint32_t last = no_node;
  for (std::size_t r = 0; r < reached_.size() && last == no_node; ++r) {
    for (std::uint32_t e = first_edge_[reached_[r]]; e < first_edge_[reached_[r] + 1]; ++e) {
      const std::uint32_t to = edges_[e].to;
      if (component_[to] != component_[start] || came_by_[to] != no_node) continue;
      came_by_[to] = e;
      if (to == start) {
        last = e;
        break;
      }
      reached_.push_back(to);
    }
  }
  std::vector<WaitEdge> cycle;
  std::uint32_t blocker = start;
  for (std::uint32_t e = last; e != no_node; e = edges_[e].from == start ? no_node : came_by_[edges_[e].from]) {
    if (!waiter(edges_[e].from)) continue;
    cycle.push_back(edge_towards(edges_[e].from, edges_[e], blocker));
    blocker = edges_[e].from;
  }
  std::ranges::reverse(cycle);
  for (const std::uint32_t vertex : reached_) came_by_[vertex] = no_node;
  return cycle;
}

/// The first edge of a stuck activation that leads to `trouble`, past a shared supply to whoever would hand it out.
WaitEdge WaitGraph::edge_to_trouble(std::uint32_t vertex, std::uint32_t trouble) const {
  for (const Edge& edge : out_of(vertex)) {
    if (trouble_of_[component_[edge.to]] != trouble) continue;
    if (waiter(edge.to)) return edge_towards(vertex, edge, edge.to);
    for (const Edge& beyond : out_of(edge.to)) {
      if (trouble_of_[component_[beyond.to]] == trouble) return edge_towards(vertex, edge, beyond.to);
    }
  }
  return {.waiter = node(vertex).row};
}

/// Vertices in the order of their components, and of their numbers within one.
void WaitGraph::list_members(std::uint32_t components) {
  first_member_.assign(components + 1, 0);
  members_.resize(component_.size());
  for (const std::uint32_t c : component_) ++first_member_[c + 1];
  for (std::uint32_t c = 0; c < components; ++c) first_member_[c + 1] += first_member_[c];
  for (std::uint32_t v = 0; v < component_.size(); ++v) members_[first_member_[component_[v]]++] = v;
  for (std::uint32_t c = components; c > 0; --c) first_member_[c] = first_member_[c - 1];
  first_member_[0] = 0;
}

void WaitGraph::add_orphan(std::uint32_t vertex) {
  Orphan& orphan = found_.orphans.emplace_back();
  orphan.wait.waiter = node(vertex).row;
  orphan.sources = unmet_sources(vertex);
  orphan.since = since(orphan.wait.waiter);
}

/// Each component with somebody stuck is a trouble of its own, or leads to one.
void WaitGraph::find_troubles(std::uint32_t components) {
  trouble_of_.assign(components, no_node);
  // Boost numbers components so that edges lead to smaller numbers: what a component leads to is known before it.
  for (std::uint32_t c = 0; c < components; ++c) {
    std::uint32_t stuck = no_node;
    bool own_edge = false;
    const std::span members{members_.data() + first_member_[c], first_member_[c + 1] - first_member_[c]};
    for (const std::uint32_t v : members) {
      if (waiter(v) && node(v).stuck() && stuck == no_node) stuck = v;
      for (const Edge& edge : out_of(v)) {
        own_edge = own_edge || edge.to == v;
        if (component_[edge.to] != c) trouble_of_[c] = std::min(trouble_of_[c], trouble_of_[component_[edge.to]]);
      }
    }
    if (stuck == no_node) continue;
    if (members.size() > 1 || own_edge) {
      trouble_of_[c] = static_cast<std::uint32_t>(troubles_.size());
      troubles_.push_back({true, static_cast<std::uint32_t>(found_.deadlocks.size())});
      Deadlock deadlock;
      deadlock.cycle = shortest_cycle(stuck);
      for (const WaitEdge& edge : deadlock.cycle) deadlock.since = std::max(deadlock.since, since(edge.waiter));
      found_.deadlocks.push_back(std::move(deadlock));
    } else if (trouble_of_[c] == no_node) {
      trouble_of_[c] = static_cast<std::uint32_t>(troubles_.size());
      troubles_.push_back({false, static_cast<std::uint32_t>(found_.orphans.size())});
      add_orphan(stuck);
    }
  }
}

/// Somebody stuck, where he is not the trouble himself.
void WaitGraph::add_behind(std::uint32_t v) {
  const Trouble trouble = troubles_[trouble_of_[component_[v]]];
  const auto waits_in = [&](const WaitEdge& edge) { return edge.waiter == node(v).row; };
  if (!trouble.cycle && found_.orphans[trouble.number].wait.waiter == node(v).row) return;
  if (trouble.cycle && std::ranges::any_of(found_.deadlocks[trouble.number].cycle, waits_in)) return;
  auto& behind = trouble.cycle ? found_.deadlocks[trouble.number].behind : found_.orphans[trouble.number].behind;
  behind.push_back(edge_to_trouble(v, trouble_of_[component_[v]]));
}

const StuckWaits& WaitGraph::findings() {
  const bool alone = edges_.empty();  // nobody waits for anybody: each one is a trouble of his own
  if (!alone) {
    find_components();
    const std::uint32_t components = *std::ranges::max_element(component_) + 1;
    list_members(components);
    find_troubles(components);
  }
  for (std::uint32_t v = 0; v < waiters(); ++v) {
    if (!node(v).stuck()) continue;
    found_.rows.push_back(node(v).row);
    alone ? add_orphan(v) : add_behind(v);
  }
  return found_;
}

}  // namespace detail

namespace {

using detail::WaitGraph;
using detail::WaitSolver;

const StuckWaits& graph_of(WaitSolver& solver, bool stuck) {
  static const StuckWaits nobody_is_stuck;
  if (!stuck) return nobody_is_stuck;
  thread_local WaitGraph graph;  // keeps its memory
  graph.build(solver);
  return graph.findings();
}

}  // namespace

const StuckWaits& find_stuck(const Model& model, const World& world) {
  WaitSolver& solver = detail::wait_solver();
  return graph_of(solver, solver.solve(model, world));
}

const StuckWaits* find_stuck_alone(const Model& model, const World& world, Row instance) {
  WaitSolver& solver = detail::wait_solver();
  const std::optional<bool> stuck = solver.solve_alone(model, world, instance);
  return stuck ? &graph_of(solver, *stuck) : nullptr;
}

}  // namespace squall::sim
