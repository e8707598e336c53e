// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "sim/detail/wait_solver.hpp"
#include "sim/wait_for.hpp"

/// What is stuck, as a graph: who waits for whom, cycles first. Built only once something is stuck.
namespace squall::sim {
namespace {

using detail::no_node;
using detail::Serving;
using detail::Servings;
using detail::WaitNode;
using detail::WaitSolver;

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

void WaitGraph::clear() {
  node_of_.clear();
  by_definition_.clear();
  unmet_.clear();
  first_unmet_.clear();
  supplies_.clear();
  supply_at_.clear();
  edges_.clear();
  troubles_.clear();
  found_.deadlocks.clear();
  found_.orphans.clear();
  found_.rows.clear();
}

void WaitGraph::add_agent(std::uint32_t from, AgentId agent, Awaited awaited, std::uint32_t what) {
  for (Row a = solver_->first_of(agent); a != no_row; a = solver_->next_of(a))
    add(from, solver_->node_of(a), awaited, what);
}

/// It would hand out `fact` if only its wait were met, and does not otherwise.
bool WaitGraph::would_hand_out(const WaitNode& waits, const WaitNode& giver, std::uint32_t fact) const {
  return giver.unmet() && solver_->same_instance(waits, giver) && solver_->after_wait(giver, fact) &&
         !solver_->gives(giver, fact);
}

std::uint32_t WaitGraph::shared_supply(const WaitNode& waits, const Serving& serving) {
  const auto [at, fresh] = supply_at_.try_emplace({waits.looks, serving.definition, serving.fact},
                                                  waiters() + static_cast<std::uint32_t>(supplies_.size()));
  if (fresh) supplies_.push_back({.looks = waits.looks, .serving = serving});
  return at->second;
}

/// All handlers of the server are taken by activations that do not go on.
void WaitGraph::add_busy_server(std::uint32_t vertex, const Serving& serving, TopicId topic) {
  const WaitNode& waits = node(vertex);
  const Definition& server = solver_->model().definitions[serving.definition];
  if (!solver_->handlers_blocked(waits.column, serving.definition)) return;
  const SupplyTable& supplies = *server.behaviour->supplies;
  const auto hands_it_out = [&](const Definition::Handler& handler) {
    return (supplies.row(supplies.row_of_pc[handler.pc])[serving.fact / 64] >> (serving.fact % 64) & 1) != 0;
  };
  if (std::ranges::none_of(server.handlers, hands_it_out)) return;
  for (std::uint32_t m = 0; m < server.replicas; ++m) {
    const World& world = solver_->world();
    for (Row a = world.agent(AgentId{index(server.first) + m}).first; a != no_row; a = world.activation(a).next) {
      if ((world.activation(a).flags & activation_flag::handler) != 0) {
        add(vertex, solver_->node_of(a), Awaited::free_handler, index(topic));
      }
    }
  }
}

void WaitGraph::add_supply_edges(std::uint32_t vertex, const Source& source, const Servings& servings) {
  const WaitNode& waits = node(vertex);
  for (const Serving& serving : servings) {
    const Supply& supply = solver_->model().definitions[serving.definition].behaviour->supplies->facts[serving.fact];
    const TopicId topic = source.topic != any_topic ? source.topic : supply.topic;
    const bool named = solver_->named_senders(waits, source, serving.definition, [&](AgentId agent) {
      for (Row a = solver_->first_of(agent); a != no_row; a = solver_->next_of(a)) {
        const std::uint32_t giver = solver_->node_of(a);
        if (would_hand_out(waits, solver_->nodes()[giver], serving.fact))
          add(vertex, giver, Awaited::message, index(topic));
      }
    });
    if (!named && !waiters_of(serving.definition).empty())
      edges_.push_back({vertex, shared_supply(waits, serving), Awaited::message, index(topic)});
    add_busy_server(vertex, serving, topic);
  }
}

void WaitGraph::add_mailbox_edges(std::uint32_t vertex) {
  const WaitNode& waits = node(vertex);
  const std::uint32_t wait = solver_->row(waits).wait_arg;
  for (const std::uint32_t s : unmet_sources(vertex)) {
    add_supply_edges(vertex, solver_->definition(waits).behaviour->waits[wait].sources[s],
                     solver_->model().wait_index->of_source(waits.definition, wait, s));
  }
}

void WaitGraph::find_unmet_sources(std::uint32_t vertex) {
  const WaitNode& waits = node(vertex);
  if (solver_->row(waits).wait != Wait::mailbox || solver_->struct_agent(waits)) return;
  const std::size_t sources = solver_->definition(waits).behaviour->waits[solver_->row(waits).wait_arg].sources.size();
  const std::size_t before = unmet_.size();
  for (std::uint32_t s = 0; s < sources; ++s) {
    if (!solver_->source_possible(node_of_[vertex], s)) unmet_.push_back(s);
  }
  if (unmet_.size() != before) return;
  // Each source by itself could be met, but not all by the same messages.
  for (std::uint32_t s = 0; s < sources; ++s) {
    if (solver_->supply_possible(node_of_[vertex], s)) continue;
    unmet_.push_back(s);
    return;
  }
}

/// A struct agent that says what it expects.
void WaitGraph::add_expected_edges(std::uint32_t vertex) {
  const WaitNode& waits = node(vertex);
  const Source expected{.topic = TopicId{static_cast<std::uint16_t>(solver_->row(waits).wait_arg)}};
  for (const Serving& serving : solver_->model().wait_index->of_struct(waits.definition)) {
    const Supply& supply = solver_->model().definitions[serving.definition].behaviour->supplies->facts[serving.fact];
    if (detail::same_topic(expected.topic, supply.topic))
      add_supply_edges(vertex, expected, Servings{std::span(&serving, 1)});
  }
}

void WaitGraph::add_line_edges(std::uint32_t vertex) {
  const WaitNode& waits = node(vertex);
  const World& world = solver_->world();
  const ResourceId id{static_cast<std::uint16_t>(solver_->row(waits).wait_arg)};
  for (Row h = world.resource(id).holds; h != no_row; h = world.hold(h).next) {
    const Row holder = world.hold(h).activation;
    if (holder != no_row && solver_->releases_after_wait(solver_->nodes()[solver_->node_of(holder)], id)) {
      add(vertex, solver_->node_of(holder), Awaited::resource, index(id));
    }
  }
  for (Row a = world.resource(id).head; a != waits.row && a != no_row; a = world.activation(a).line) {
    add(vertex, solver_->node_of(a), Awaited::line, index(id));
  }
}

void WaitGraph::add_edges(std::uint32_t vertex) {
  const WaitNode& waits = node(vertex);
  const ActivationRow& row = solver_->row(waits);
  const World& world = solver_->world();
  switch (row.wait) {
    case Wait::mailbox: return solver_->struct_agent(waits) ? add_expected_edges(vertex) : add_mailbox_edges(vertex);
    case Wait::reply: {
      const Row request = WaitSolver::tool_wait(row) ? no_row : solver_->request_of(waits);
      if (request != no_row && world.message(request).to != nobody)
        add_agent(vertex, world.message(request).to, Awaited::answer);
      return;
    }
    case Wait::resource: return add_line_edges(vertex);
    case Wait::children:
      for (std::uint32_t c = waits.first_child; c != no_node; c = solver_->nodes()[c].next_sibling) {
        if (solver_->awaits_child(waits, solver_->nodes()[c])) add(vertex, c, Awaited::children);
      }
      return;
    case Wait::room: return add_agent(vertex, AgentId{row.wait_arg}, Awaited::room, row.wait_arg);
    case Wait::hung:
    case Wait::none: return;
  }
}

/// Those of `by_definition_` from the first to the last that `key` gives `wanted` for.
template <class Key, class Wanted>
std::span<const std::uint32_t> WaitGraph::waiters_with(const Key& key, const Wanted& wanted) const {
  // Two searches, since clang 14 cannot take a subrange of libstdc++ apart.
  const auto first = std::ranges::lower_bound(by_definition_, wanted, {}, key);
  const auto last = std::ranges::upper_bound(first, by_definition_.end(), wanted, {}, key);
  return {first, last};
}

std::span<const std::uint32_t> WaitGraph::waiters_of(std::uint32_t definition) const {
  return waiters_with([&](std::uint32_t v) { return node(v).definition; }, definition);
}

std::span<const std::uint32_t> WaitGraph::waiters_of(std::uint32_t definition, std::uint32_t column) const {
  return waiters_with(
      [&](std::uint32_t v) {
        return std::pair{node(v).definition, node(v).column};
      },
      std::pair{definition, column});
}

void WaitGraph::add_suppliers(std::size_t number) {
  const SharedSupply supply = supplies_[number];
  const auto from = waiters() + static_cast<std::uint32_t>(number);
  const auto add_all = [&](std::span<const std::uint32_t> some) {
    suppliers_.insert(suppliers_.end(), some.begin(), some.end());
  };
  suppliers_.clear();
  if (supply.looks == solver_->all_column()) {
    add_all(waiters_of(supply.serving.definition));
  } else {
    add_all(waiters_of(supply.serving.definition, supply.looks));
    if (supply.looks != solver_->none_column()) add_all(waiters_of(supply.serving.definition, solver_->none_column()));
  }
  std::ranges::sort(suppliers_);
  WaitNode waits;
  waits.looks = supply.looks;
  for (const std::uint32_t v : suppliers_) {
    if (would_hand_out(waits, node(v), supply.serving.fact)) edges_.push_back({from, v, Awaited::message, 0});
  }
}

void WaitGraph::order_edges() {
  if (!std::ranges::is_sorted(edges_, {}, &Edge::from)) std::ranges::stable_sort(edges_, {}, &Edge::from);
  first_edge_.assign(waiters() + supplies_.size() + 1, 0);
  for (const Edge& edge : edges_) ++first_edge_[edge.from + 1];
  for (std::size_t v = 1; v < first_edge_.size(); ++v) first_edge_[v] += first_edge_[v - 1];
}

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

}  // namespace

namespace {

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
