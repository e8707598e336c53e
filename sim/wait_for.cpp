// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include <algorithm>
#include <utility>

#include "sim/detail/kernel.hpp"
#include "sim/detail/wait_solver.hpp"

namespace squall::sim::detail {

/// The least fixpoint: supplies, rounds or bells, and what is yet to begin. When a wait can be met is in wait_met.cpp.

// ---- what a node hands out ----

namespace {

bool has(std::span<const std::uint64_t> words, std::uint32_t fact) {
  return (words[fact / 64] >> (fact % 64) & 1) != 0;
}

template <class Test>
bool any_fact(const SupplyTable& table, const Test& test) {
  for (std::uint32_t f = 0; f < table.facts.size(); ++f) {
    if (test(table.facts[f], f)) return true;
  }
  return false;
}

}  // namespace

bool WaitSolver::after_wait(const WaitNode& node, std::uint32_t fact) const {
  const SupplyTable& supplies = *table(node);
  if (struct_agent(node)) return true;
  const std::uint32_t pc = row(node).pc;
  return has(supplies.row(tool_wait(row(node)) ? supplies.row_of_pc[pc] : supplies.waits_of_pc[pc].success), fact);
}

bool WaitSolver::gives(const WaitNode& node, std::uint32_t fact) const {
  const SupplyTable& supplies = *table(node);
  if (!node.moves()) return false;
  if (struct_agent(node)) return true;
  const std::uint32_t pc = row(node).pc;
  if (!node.waiting || node.cancelled || tool_wait(row(node))) return has(supplies.row(supplies.row_of_pc[pc]), fact);
  return (node.met && after_wait(node, fact)) ||
         (node.bounded && has(supplies.row(supplies.waits_of_pc[pc].otherwise), fact));
}

bool WaitSolver::can_release(const WaitNode& node, ResourceId resource) const {
  if (!node.moves()) return false;
  // Its end may free what it holds.
  if (table(node) == nullptr || model_->resource(resource).frees != ResourceInfo::Frees::never) return true;
  return any_fact(*table(node), [&](const Supply& supply, std::uint32_t fact) {
    return supply.kind == Supply::Kind::release && supply.resource == resource && gives(node, fact);
  });
}

bool WaitSolver::releases_after_wait(const WaitNode& node, ResourceId resource) const {
  if (table(node) == nullptr || model_->resource(resource).frees != ResourceInfo::Frees::never) return true;
  return any_fact(*table(node), [&](const Supply& supply, std::uint32_t fact) {
    return supply.kind == Supply::Kind::release && supply.resource == resource && after_wait(node, fact);
  });
}

bool WaitSolver::gives_kind(const WaitNode& node, Supply::Kind kind) const {
  if (!node.moves()) return false;
  return table(node) == nullptr || any_fact(*table(node), [&](const Supply& supply, std::uint32_t fact) {
           return supply.kind == kind && gives(node, fact);
         });
}

void WaitSolver::give(std::uint32_t number, std::uint32_t of_row) {
  const WaitNode& node = nodes_[number];
  if (const SupplyTable* supplies = table(node); supplies == nullptr) {
    if (anything_[node.column] == 0) {
      anything_[node.column] = anything_[all_column_] = 1;
      ring(anything_bell());
    }
  } else {
    give_words(node.column, node.definition, supplies->row(of_row), false);
  }
  ring(agent_bell(node.agent));
}

void WaitSolver::give_words(std::uint32_t column, std::uint32_t of, std::span<const std::uint64_t> words, bool future) {
  const std::size_t own = std::size_t{column} * words_ + model_->wait_index->words_at(of);
  const std::size_t all = std::size_t{all_column_} * words_ + model_->wait_index->words_at(of);
  std::uint64_t fresh = 0, fresh_future = 0;
  for (std::size_t w = 0; w < words.size(); ++w) {
    fresh |= words[w] & ~live_[own + w];
    live_[own + w] |= words[w];
    live_[all + w] |= words[w];
    if (!future) continue;
    fresh_future |= words[w] & ~future_[own + w];
    future_[own + w] |= words[w];
    future_[all + w] |= words[w];
  }
  if ((fresh | fresh_future) == 0) return;
  given_ = true;
  may_begin(column, of);
  ring(group_bell(column, of));
  ring(group_bell(all_column_, of));
}

void WaitSolver::give_everything(std::uint32_t column, std::uint32_t of) {
  const SupplyTable* supplies = model_->definitions[of].behaviour->supplies;
  if (supplies == nullptr) {
    if (std::exchange(anything_[column], std::uint8_t{1}) != 0) return;
    anything_[all_column_] = 1;
    ring(anything_bell());
    return;
  }
  std::uint64_t fresh = 0;
  for (std::uint32_t f = 0; f < supplies->facts.size(); f += 64) {
    const std::size_t left = supplies->facts.size() - f;
    const std::uint64_t word = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    const std::size_t at = model_->wait_index->words_at(of) + f / 64;
    fresh |= word & ~(live_[std::size_t{column} * words_ + at] & future_[std::size_t{column} * words_ + at]);
    for (const std::uint32_t c : {column, all_column_}) {
      live_[std::size_t{c} * words_ + at] |= word;
      future_[std::size_t{c} * words_ + at] |= word;
    }
  }
  if (fresh == 0) return;
  given_ = true;
  may_begin(column, of);
  ring(group_bell(column, of));
  ring(group_bell(all_column_, of));
}

// ---- who may begin something ----

/// Something of `giver` in `column` may make others begin: notes whom, once. What belongs to no instance concerns all.
void WaitSolver::may_begin(std::uint32_t column, std::uint32_t giver) {
  if (all_begin_) return;
  if (column != none_column_) return may_begin_here(column, giver);
  for (std::uint32_t c = 0; c <= none_column_; ++c) may_begin_here(c, giver);
}

void WaitSolver::may_begin_here(std::uint32_t column, std::uint32_t giver) {
  const WaitIndex& waits = *model_->wait_index;
  const std::size_t given = std::size_t{column} * (definitions_ + waits.topics());
  if (std::exchange(has_given_[given + giver], std::uint8_t{1}) != 0) return;
  for (const std::uint32_t other : waits.beginners_of(giver)) beginning_.push_back({column, other});
  for (const std::uint32_t topic : waits.open_topics_of(giver)) {
    if (std::exchange(has_given_[given + definitions_ + topic], std::uint8_t{1}) != 0) continue;
    for (const std::uint32_t other : waits.handlers_of(topic)) beginning_.push_back({column, other});
  }
}

/// Makes nodes of what was noted. False: nothing was.
bool WaitSolver::add_begun() {
  const auto known = static_cast<std::uint32_t>(nodes_.size());
  for (const Beginning& begun : beginning_) add_future(begun.column, begun.definition);
  beginning_.clear();
  for (std::uint32_t n = known; n < nodes_.size(); ++n) enqueue(n);
  return nodes_.size() != known;
}

// ---- bells ----

void WaitSolver::listen_for_good(std::uint32_t bell, std::uint32_t node) {
  listeners_.push_back({node, bells_[bell]});
  bells_[bell] = static_cast<std::uint32_t>(listeners_.size() - 1);
}

void WaitSolver::listen_group(const WaitNode& waiter, std::uint32_t of, std::uint32_t node) {
  listen(group_bell(waiter.looks, of), node);
  if (waiter.looks != all_column_) listen(group_bell(none_column_, of), node);
}

void WaitSolver::listen_to(const WaitNode& waiter, const Servings& servings, std::uint32_t node) {
  if (!by_bells_) return;
  for (const Serving& serving : servings) listen_group(waiter, serving.definition, node);
}

void WaitSolver::ring(std::uint32_t bell) {
  changed_ = true;
  if (!by_bells_) return;
  for (std::uint32_t l = bells_[bell]; l != no_node; l = listeners_[l].next) enqueue(listeners_[l].node);
  bells_[bell] = no_node;
}

void WaitSolver::enqueue(std::uint32_t node) {
  if (nodes_[node].queued || !by_bells_) return;
  nodes_[node].queued = true;
  queue_.push_back(node);
}

/// Asks everybody until nothing changes any more.
void WaitSolver::run_in_rounds() {
  do {
    changed_ = false;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].row == no_row) {
        evaluate_future(n);
      } else if (nodes_[n].waiting) {
        evaluate(n);
      }
    }
  } while (changed_);
}

void WaitSolver::run() {
  do {
    if (!by_bells_) run_in_rounds();
    while (!queue_.empty()) {
      const std::uint32_t node = queue_.back();
      queue_.pop_back();
      nodes_[node].queued = false;
      nodes_[node].row == no_row ? evaluate_future(node) : evaluate(node);
    }
  } while (add_begun());  // between evaluations, which hold on to nodes
}

void WaitSolver::evaluate(std::uint32_t number) {
  WaitNode& node = nodes_[number];
  if (!node.met && can_be_met(number)) {
    node.met = true;
    const SupplyTable* supplies = table(node);
    if (supplies == nullptr || struct_agent(node)) {
      give(number, 0);
    } else {
      const std::uint32_t pc = row(node).pc;
      give(number, supplies->waits_of_pc[pc].success);
    }
  }
  if (!node.cancelled && can_be_cancelled(number)) {
    node.cancelled = true;
    give(number, table(node) == nullptr || struct_agent(node) ? 0 : table(node)->row_of_pc[row(node).pc]);
  }
}

/// Members of a definition that begin something new: a handler for a message, a spawned member.
void WaitSolver::evaluate_future(std::uint32_t number) {
  WaitNode& node = nodes_[number];
  const Definition& of = definition(node);
  const WaitIndex& waits = *model_->wait_index;
  if (of.start == Start::spawned && any_live(number, waits.of_spawning(node.definition))) {
    give_everything(node.column, node.definition);
    return;
  }
  bool asked = false, free = false;
  for (std::uint32_t h = 0; h < of.handlers.size(); ++h) {
    const TopicId topic = of.handlers[h].topic;
    const bool comes = (node.coming & topic_bit(topic)) != 0 ||
                       any_live(number, waits.of_handler(node.definition, h)) ||
                       (model_->acks && comes_again(number, {.topic = topic}));
    if (!comes) continue;
    if (!asked) free = has_free_handler(node.definition, number);
    asked = true;
    if (!free) break;
    if (of.behaviour->supplies == nullptr) {
      give_everything(node.column, node.definition);
      return;
    }
    const SupplyTable& supplies = *of.behaviour->supplies;
    give_words(node.column, node.definition, supplies.row(supplies.row_of_pc[of.handlers[h].pc]), true);
  }
  node.blocked = asked && !free;
}

bool WaitSolver::has_free_handler(std::uint32_t of, std::uint32_t listener) {
  const Definition& server = model_->definitions[of];
  for (std::uint32_t m = 0; m < server.replicas; ++m) {
    const AgentId agent{index(server.first) + m};
    const AgentRow& owner = world_->agent(agent);
    if (owner.state != AgentState::up) continue;
    if (owner.handlers < server.concurrency) return true;
    if (one_) {  // others' handlers are taken as well; whether they move is known to a look at all
      alone_ = false;
      return true;
    }
    for (Row a = owner.first; a != no_row; a = world_->activation(a).next) {
      if ((world_->activation(a).flags & activation_flag::handler) != 0 && nodes_[node_of_row_[a]].moves()) return true;
    }
    listen(agent_bell(index(agent)), listener);
  }
  return server.start == Start::spawned;
}

bool WaitSolver::handlers_blocked(std::uint32_t column, std::uint32_t of) const {
  const std::uint32_t node = future_of_[std::size_t{column} * definitions_ + of];
  return node != no_node && nodes_[node].blocked;
}

WaitSolver& wait_solver() {
  thread_local WaitSolver solver;
  return solver;
}

}  // namespace squall::sim::detail
