// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <utility>

#include "sim/detail/kernel.hpp"
#include "sim/detail/of_instance.hpp"
#include "sim/detail/wait_solver.hpp"

/// The wait-for analysis reads the world: who waits, what is on its way, which timers will strike.
namespace squall::sim::detail {

/// Up to so many activations, and columns times definitions, are asked in rounds: a round too many costs less there
/// than bells do. Among many, where news may have a long way, it would not.
constexpr std::size_t in_rounds_max = 16;

void WaitSolver::add_activation(Row row, AgentId agent) {
  const ActivationRow& activation = world_->activation(row);
  const DefinitionId of = world_->agent(agent).definition;
  const Behaviour& behaviour = *model_->definition(of).behaviour;
  const auto number = static_cast<std::uint32_t>(nodes_.size());
  node_of_row_[row] = number;
  WaitNode& node = nodes_.emplace_back();
  node.row = row;
  node.agent = index(agent);
  node.definition = index(of);
  node.column = node.looks = column_of(activation.instance);
  node.bounded = activation.bounds != 0;
  const bool idle = activation.wait == Wait::mailbox && (activation.flags & activation_flag::passive) != 0;
  const bool in_wait = activation.phase == Phase::waiting && activation.wait != Wait::none;
  node.waiting = in_wait;
  if (behaviour.struct_agent) {
    struct_nodes_.push_back(number);
    node.looks = all_column_;
    // It takes whatever comes; its phase only says whether it stands in a line or is busy.
    const bool ready = world_->timed() && world_->clock().ready == row;
    node.waiting = !ready && (activation.phase != Phase::busy || activation.timer == no_row);
    node.woken = behaviour.actions != nullptr;
  }
  node.owed = node.waiting && in_wait && !idle && activation.wait != Wait::hung;
}

void WaitSolver::link_children() {
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    const Row parent = row(nodes_[n]).parent;
    if (parent == no_row || node_of_row_[parent] == no_node) continue;
    nodes_[n].parent = node_of_row_[parent];
    nodes_[n].next_sibling = nodes_[nodes_[n].parent].first_child;
    nodes_[nodes_[n].parent].first_child = n;
  }
}

void WaitSolver::forget_nodes() {
  for (const WaitNode& node : nodes_) {
    if (node.row != no_row) node_of_row_[node.row] = no_node;
  }
  if (node_of_row_.size() < world_->used(Pool::activations)) {
    node_of_row_.resize(world_->used(Pool::activations), no_node);
  }
  nodes_.clear();
  struct_nodes_.clear();
}

void WaitSolver::build_nodes() {
  forget_nodes();
  for (std::uint32_t a = 0; a < agents_; ++a) {
    for (Row row = world_->agent(AgentId{a}).first; row != no_row; row = world_->activation(row).next) {
      add_activation(row, AgentId{a});
    }
  }
  link_children();
}

/// In the order in which `build_nodes` takes them. False: something belongs to no instance.
bool WaitSolver::build_nodes_of(Row instance) {
  forget_nodes();
  const ByInstance& kept = world_->by_instance;
  for (std::uint32_t a = 0; a < agents_; ++a) {
    const AgentId agent{a};
    if (kept.activations.first(agent, no_row) != no_row || kept.mailboxes.first(agent, no_row) != no_row) return false;
    for (Row row = kept.activations.first(agent, instance); row != no_row; row = kept.activations.next(row)) {
      add_activation(row, agent);
    }
  }
  link_children();
  return true;
}

static bool may_begin_anything(const Definition& of) { return !of.handlers.empty() || of.start == Start::spawned; }

/// What members of `definition` may yet begin in `column`, if that can be anything, and is not known yet.
void WaitSolver::add_future(std::uint32_t column, std::uint32_t of) {
  std::uint32_t& known = future_of_[std::size_t{column} * definitions_ + of];
  if (known != no_node) return;
  if (!may_begin_anything(model_->definitions[of])) return;
  const InstanceRow* instance = column == none_column_ ? nullptr : &world_->instance(first_ + column);
  if (instance != nullptr && instance->live == 0 && instance->activations == 0) return;
  WaitNode node;
  node.definition = of;
  node.column = node.looks = column;
  known = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(node);
}

void WaitSolver::add_all_futures() {
  for (std::uint32_t d = 0; d < definitions_; ++d) {
    for (std::uint32_t column = 0; column <= none_column_; ++column) add_future(column, d);
  }
}

void WaitSolver::handler_comes(std::uint32_t of, const MessageRow& message) {
  add_future(column_of(message.instance), of);
  const std::uint32_t node = future_of_[std::size_t{column_of(message.instance)} * definitions_ + of];
  if (node != no_node) nodes_[node].coming |= topic_bit(message.topic);
}

void WaitSolver::fly(Row m, const MessageRow& message) {
  if (!std::exchange(flying_, true)) {
    flight_head_.assign(std::bit_ceil(world_->used(Pool::messages) + 1U), no_row);
    flight_next_.assign(world_->used(Pool::messages), no_row);
  }
  Row& head = flight_head_[flights(index(message.to), message.instance)];
  flight_next_[m] = std::exchange(head, m);
  flies_to_[index(message.to)] = 1;
}

/// A message that has a receiver: in its mailbox, or still to be delivered.
void WaitSolver::message_comes(Row m) {
  const MessageRow& message = world_->message(m);
  const AgentRow& receiver = world_->agent(message.to);
  if (message.place != Place::mailbox) fly(m, message);
  if (receiver.state != AgentState::up) return;
  const std::uint32_t of = index(receiver.definition);
  if (struct_agent_of(receiver)) {
    if (receiver.first != no_row) nodes_[node_of_row_[receiver.first]].woken = true;
  } else if (may_begin_anything(model_->definitions[of]) && !is_reply(message.topic)) {
    handler_comes(of, message);
  }
}

void WaitSolver::read_messages() {
  flying_ = false;
  flies_to_.assign(agents_, 0);
  queue_messages_.clear();
  requests_.clear();
  for (Row m = world_->used(Pool::messages); m-- > 0;) {
    const MessageRow& message = world_->message(m);
    if (message.place == Place::free || message.place == Place::lost) continue;
    // What a broadcast retains comes to nobody by itself: who subscribes gets a copy.
    const bool queued = message.place == Place::queued;
    if (queued && model_->topic(message.topic).mode == TopicInfo::Mode::broadcast) continue;
    if (message.request != 0 && !is_reply(message.topic)) requests_.push_back({message.request, message.instance, m});
    if (message.place == Place::held) continue;
    if (message.to == nobody || queued) {
      queue_messages_.push_back(m);
    } else {
      message_comes(m);
    }
  }
  std::ranges::sort(requests_);
}

/// Whoever has taken a request holds it, and what is held is in no list: O(messages), where somebody waits for an answer.
void WaitSolver::read_requests_of(Row instance) {
  requests_.clear();
  if (std::ranges::none_of(nodes_, [&](const WaitNode& node) { return row(node).wait == Wait::reply; })) return;
  for (Row m = 0; m < world_->used(Pool::messages); ++m) {
    const MessageRow& message = world_->message(m);
    if (message.instance != instance || message.request == 0 || is_reply(message.topic)) continue;
    if (message.place == Place::free || message.place == Place::lost) continue;
    requests_.push_back({message.request, instance, m});
  }
  std::ranges::sort(requests_);
}

void WaitSolver::read_timers() {
  for (Row t = 0; t < world_->used(Pool::timers); ++t) {
    const TimerRow& timer = world_->timer(t);
    switch (timer.kind) {
      case TimerKind::ready:
      case TimerKind::work:
      case TimerKind::latency:
      case TimerKind::backoff:
      case TimerKind::alarm:
      case TimerKind::timeout:
      case TimerKind::deadline: {
        WaitNode& node = nodes_[node_of_row_[timer.target]];
        if (struct_agent(node)) node.woken = true;
        break;
      }
      case TimerKind::effect:
      case TimerKind::
          reply:  // a struct agent does not wait for its calls, a program is busy: here only the former counts
        if (const Row caller = world_->call(timer.target).activation; caller != no_row)
          nodes_[node_of_row_[caller]].woken = true;
        break;
      case TimerKind::start: {
        const std::uint32_t of = index(world_->agent(AgentId{timer.target}).definition);
        restarting_[timer.target] = 1;
        if (const SupplyTable* supplies = model_->definitions[of].behaviour->supplies; supplies == nullptr) {
          give_everything(column_of(timer.instance), of);
        } else {
          give_words(column_of(timer.instance), of, supplies->row(supplies->row_of_pc[model_->definitions[of].root_pc]),
                     true);
        }
        break;
      }
      case TimerKind::restart: {
        const std::uint32_t of = index(world_->agent(AgentId{timer.target}).definition);
        const DefinitionId host = model_->definitions[of].host;
        for (std::uint32_t d = 0; d < model_->definitions.size(); ++d) {
          const Definition& other = model_->definitions[d];
          const bool comes =
              d == of || (model_->hosts && (other.host == DefinitionId{of} ||
                                            (host != no_host && (DefinitionId{d} == host || other.host == host))));
          if (!comes) continue;
          if (d != of) {
            for (std::uint32_t m = 0; m < other.replicas; ++m) restarting_[index(other.first) + m] = 1;
          }
          for (std::uint32_t column = 0; column <= none_column_; ++column) give_everything(column, d);
        }
        restarting_[timer.target] = 1;
        break;
      }
      case TimerKind::arrival:
        // A new instance is served by the same struct agents: any of them may act.
        for (WaitNode& node : nodes_) node.woken = node.woken || (node.row != no_row && struct_agent(node));
        break;
      case TimerKind::redelivery:
        if (model_->topic(world_->message(timer.target).topic).mode == TopicInfo::Mode::queue) {
          queue_messages_.push_back(timer.target);
        } else {
          message_comes(timer.target);
        }
        break;
      case TimerKind::cancel: {  // who is asked to stop may hand out anything on its way
        const std::uint32_t of = index(world_->agent(AgentId{timer.target}).definition);
        give_everything(column_of(timer.instance), of);
        break;
      }
      case TimerKind::subscription:  // what is retained comes from whoever published it
        for (std::uint32_t of = 0; of < definitions_; ++of) give_everything(column_of(timer.instance), of);
        break;
      case TimerKind::expiry:  // seen at its hold
      case TimerKind::refill:  // seen at its resource
      case TimerKind::notice:  // seen at its watch
      case TimerKind::move:    // a fault's own: faults to come are not counted on
      case TimerKind::free:
      case TimerKind::stale: break;
    }
  }
  for (const Row m : queue_messages_) {
    const MessageRow& message = world_->message(m);
    for (std::uint32_t d = 0; d < definitions_; ++d) {
      if ((model_->definitions[d].handled & topic_bit(message.topic)) != 0) handler_comes(d, message);
      if (!model_->definitions[d].behaviour->struct_agent) continue;
      for (WaitNode& node : nodes_) node.woken = node.woken || (node.row != no_row && node.definition == d);
    }
  }
}

void WaitSolver::begin() {
  const std::size_t bits = std::size_t{all_column_ + 1} * words_;
  live_.assign(bits, 0);
  future_.assign(bits, 0);
  anything_.assign(all_column_ + 1, 0);
  restarting_.assign(agents_, 0);
  given_ = false;
  alone_ = true;
  by_bells_ = nodes_.size() > in_rounds_max || std::size_t{none_column_ + 1} * definitions_ > in_rounds_max;
  if (by_bells_) bells_.assign(std::size_t{anything_bell()} + 1, no_node);
  future_of_.assign(std::size_t{none_column_ + 1} * definitions_, no_node);
  all_begin_ = model_->acks || model_->wait_index->anybody_may_begin();
  has_given_.assign(all_begin_ ? 0 : std::size_t{none_column_ + 1} * (definitions_ + model_->wait_index->topics()), 0);
  beginning_.clear();
  listeners_.clear();
  queue_.clear();
}

void WaitSolver::read(const Model& model, const World& world) {
  model_ = &model;
  world_ = &world;
  definitions_ = static_cast<std::uint32_t>(model.definitions.size());
  agents_ = world.used(Pool::agents);
  words_ = model.wait_index->words();
}

bool WaitSolver::anybody_waits_for_ever() const {
  return std::ranges::any_of(nodes_, [](const WaitNode& node) { return node.waiting && node.owed && !node.bounded; });
}

bool WaitSolver::solve(const Model& model, const World& world) {
  read(model, world);
  one_ = false;
  first_ = 0;
  none_column_ = world.used(Pool::instances);
  all_column_ = none_column_ + 1;
  build_nodes();
  if (!anybody_waits_for_ever()) return false;

  begin();
  const auto activations = static_cast<std::uint32_t>(nodes_.size());
  if (all_begin_) add_all_futures();
  read_messages();
  read_timers();
  return settle(activations);
}

std::optional<bool> WaitSolver::solve_alone(const Model& model, const World& world, Row instance) {
  const InstanceRow& over = world.instance(instance);
  // Then nothing of it is under way, no timer of it will strike, and nobody of it stands in a line with others.
  if (over.pending != 0 || over.in_line != 0 || world.header().restarting != 0) return {};
  if (model.acks || model.published != 0) return {};
  read(model, world);
  one_ = true;
  first_ = instance;
  none_column_ = 1;
  all_column_ = 2;
  if (!build_nodes_of(instance)) return {};
  if (!struct_nodes_.empty()) return {};
  if (!anybody_waits_for_ever()) return false;

  begin();
  const auto activations = static_cast<std::uint32_t>(nodes_.size());
  if (all_begin_) add_all_futures();
  flying_ = false;
  flies_to_.assign(agents_, 0);
  queue_messages_.clear();
  read_requests_of(instance);
  each_in_mailboxes(world, instance, [&](Row message) { message_comes(message); });
  const bool stuck = settle(activations);
  return alone_ ? std::optional{stuck} : std::nullopt;
}

/// What can move hands out what it can, until nothing changes any more; returns whether anything is stuck. The nodes up to
/// `activations` are activations.
bool WaitSolver::settle(std::uint32_t activations) {
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    const WaitNode& node = nodes_[n];
    if (n >= activations) {
      enqueue(n);
      continue;
    }
    const SupplyTable* supplies = table(node);
    const bool by_position = supplies != nullptr && !struct_agent(node);
    if (!node.waiting) {
      give(n, by_position ? supplies->row_of_pc[row(node).pc] : 0);
      continue;
    }
    if (node.bounded) {
      const std::uint32_t pc = row(node).pc;
      const bool tool = tool_wait(row(node));
      give(n, !by_position ? 0 : tool ? supplies->row_of_pc[pc] : supplies->waits_of_pc[pc].otherwise);
    }
    enqueue(n);
  }
  run();
  return std::ranges::any_of(nodes_, [](const WaitNode& node) { return node.row != no_row && node.stuck(); });
}

}  // namespace squall::sim::detail
