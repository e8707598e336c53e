// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/detail/wait_solver.hpp"
#include "sim/wait_for.hpp"

/// What is stuck, as a graph: who waits for whom (wait_graph.cpp), and what becomes of it, cycles first (wait_troubles.cpp).
/// Built only once something is stuck.
namespace squall::sim::detail {

/// Vertices are the waiting activations whose wait cannot be met and, after them, one for each supply that several of them
/// would hand out after their wait: with these the edges grow with the waits and not with their square.
class WaitGraph {
 public:
  /// Reads what `solver` has found.
  void build(WaitSolver& solver) {
    solver_ = &solver;
    clear();
    vertex_of_.assign(solver.nodes().size(), no_node);
    for (std::uint32_t n = 0; n < solver.nodes().size(); ++n) {
      const WaitNode& node = solver.nodes()[n];
      if (node.row == no_row || !node.unmet()) continue;
      vertex_of_[n] = static_cast<std::uint32_t>(node_of_.size());
      node_of_.push_back(n);
      by_definition_.push_back(vertex_of_[n]);
    }
    std::ranges::sort(by_definition_, {}, [&](std::uint32_t v) {
      return std::tuple{node(v).definition, node(v).column, v};
    });
    for (std::uint32_t v = 0; v < waiters(); ++v) {
      first_unmet_.push_back(static_cast<std::uint32_t>(unmet_.size()));
      find_unmet_sources(v);
    }
    first_unmet_.push_back(static_cast<std::uint32_t>(unmet_.size()));
    for (std::uint32_t v = 0; v < waiters(); ++v) add_edges(v);
    for (std::size_t s = 0; s < supplies_.size(); ++s) add_suppliers(s);
    order_edges();
  }

  /// Valid until the next one.
  const StuckWaits& findings();

 private:
  struct Edge {
    std::uint32_t from, to;
    Awaited awaited;
    std::uint32_t detail;
  };
  struct SharedSupply {
    std::uint32_t looks;
    Serving serving;
  };

  std::uint32_t waiters() const { return static_cast<std::uint32_t>(node_of_.size()); }
  const WaitNode& node(std::uint32_t vertex) const { return solver_->nodes()[node_of_[vertex]]; }
  bool waiter(std::uint32_t vertex) const { return vertex < waiters(); }

  void add(std::uint32_t from, std::uint32_t to_node, Awaited awaited, std::uint32_t what = 0) {
    if (to_node != no_node && vertex_of_[to_node] != no_node)
      edges_.push_back({from, vertex_of_[to_node], awaited, what});
  }
  void add_agent(std::uint32_t from, AgentId agent, Awaited awaited, std::uint32_t what = 0);
  void add_edges(std::uint32_t vertex);
  void add_mailbox_edges(std::uint32_t vertex);
  void find_unmet_sources(std::uint32_t vertex);
  std::span<const std::uint32_t> unmet_sources(std::uint32_t vertex) const {
    return {unmet_.data() + first_unmet_[vertex], first_unmet_[vertex + 1] - first_unmet_[vertex]};
  }
  void add_expected_edges(std::uint32_t vertex);
  void add_supply_edges(std::uint32_t vertex, const Source& source, const Servings& servings);
  void add_busy_server(std::uint32_t vertex, const Serving& serving, TopicId topic);
  void add_line_edges(std::uint32_t vertex);
  /// Waiters among the members of a definition; in one column.
  std::span<const std::uint32_t> waiters_of(std::uint32_t definition) const;
  std::span<const std::uint32_t> waiters_of(std::uint32_t definition, std::uint32_t column) const;
  template <class Key, class Wanted>
  std::span<const std::uint32_t> waiters_with(const Key& key, const Wanted& wanted) const;
  void add_suppliers(std::size_t supply);
  bool would_hand_out(const WaitNode& waits, const WaitNode& giver, std::uint32_t fact) const;
  std::uint32_t shared_supply(const WaitNode& waits, const Serving& serving);

  void order_edges();
  std::span<const Edge> out_of(std::uint32_t vertex) const {
    return {edges_.data() + first_edge_[vertex], first_edge_[vertex + 1] - first_edge_[vertex]};
  }
  void clear();
  bool find_order();
  void find_components();
  void find_troubles(std::uint32_t components);
  void add_orphan(std::uint32_t vertex);
  void add_behind(std::uint32_t vertex);
  void list_members(std::uint32_t components);
  std::vector<WaitEdge> shortest_cycle(std::uint32_t start);
  WaitEdge edge_towards(std::uint32_t vertex, const Edge& edge, std::uint32_t blocker) const;
  WaitEdge edge_to_trouble(std::uint32_t vertex, std::uint32_t trouble) const;
  Instant since(Row row) const {
    return solver_->world().timed() ? solver_->world().activation_shadow(row).since : start_of_time;
  }

  WaitSolver* solver_ = nullptr;
  std::vector<std::uint32_t> vertex_of_, node_of_;
  std::vector<std::uint32_t> by_definition_;        ///< waiters
  std::vector<std::uint32_t> suppliers_;            ///< of the supply that is looked at
  std::vector<std::uint32_t> unmet_, first_unmet_;  ///< sources of waits for messages that cannot be met, by vertex
  std::vector<SharedSupply> supplies_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> supply_at_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> first_edge_;
  std::vector<std::uint32_t> component_;
  struct Trouble {
    bool cycle;
    std::uint32_t number;
  };
  std::vector<Trouble> troubles_;
  std::vector<std::uint32_t> trouble_of_;              ///< component -> the trouble that it is or leads to
  std::vector<std::uint32_t> members_, first_member_;  ///< vertices by component
  struct Visit {
    std::uint32_t vertex, edge;
  };
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> came_by_;  ///< vertex -> edge of the search for a cycle; between two searches no_node
  std::vector<std::uint32_t> reached_;
  StuckWaits found_;
};

}  // namespace squall::sim::detail
