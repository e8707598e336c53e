// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/wait_graph.hpp"

#include <algorithm>

/// Who waits for whom.
namespace squall::sim::detail {

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
    for (Row a = solver_->first_of(AgentId{index(server.first) + m}); a != no_row; a = solver_->next_of(a)) {
      if ((solver_->world().activation(a).flags & activation_flag::handler) != 0) {
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

}  // namespace squall::sim::detail
