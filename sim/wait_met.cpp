// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/detail/kernel.hpp"
#include "sim/detail/of_instance.hpp"
#include "sim/detail/wait_solver.hpp"
#include "sim/resources.hpp"

/// When the wait of an activation can be met, as far as is known by now. What a test depends on and finds missing, its
/// node listens for.
namespace squall::sim::detail {

bool WaitSolver::any_live(std::uint32_t number, const Servings& servings) {
  const WaitNode& node = nodes_[number];
  if (anything_comes(node)) return true;
  if (given_) {
    for (const Serving& serving : servings) {
      if (serving_live(node, serving)) return true;
    }
  }
  listen(anything_bell(), number);
  listen_to(node, servings, number);
  return false;
}

bool WaitSolver::can_be_met(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  if (row(node).wait == Wait::hung) return false;
  if (struct_agent(node)) {
    if (struct_woken(number)) return true;
    if (!node.owed || row(node).wait == Wait::mailbox) return false;
  }
  switch (row(node).wait) {
    case Wait::mailbox: return mailbox_met(number);
    case Wait::reply: return reply_met(number);
    case Wait::resource: return resource_met(number);
    case Wait::children: return children_met(number);
    case Wait::room: return room_met(number);
    case Wait::hung: return false;
    case Wait::none: break;
  }
  return true;
}

/// A struct agent acts on every message, also on one that it does not expect.
bool WaitSolver::struct_woken(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  return node.woken || any_live(number, model_->wait_index->of_struct(node.definition)) ||
         (model_->acks && comes_again(number, {}));
}

/// Messages that `source` would take: in the mailbox, and on their way. Leaves them in `found_`.
void WaitSolver::find_messages(const WaitNode& node, const Source& source) {
  const Row instance = row(node).instance;
  found_.clear();
  const auto add = [&](Row m, const Source& wanted) {
    const MessageRow& message = world_->message(m);
    if (message.instance != instance && message.instance != no_row) return;
    if (matches(*model_, *world_, node.row, wanted, m, message)) found_.push_back(m);
  };
  for (BoxWalk box{*world_, AgentId{node.agent}, instance}; box.row() != no_row; box.next()) add(box.row(), source);
  const bool published = (model_->published & topic_bit(source.topic)) != 0;
  if (!flying_ && !published) return;
  // What lies in the mailbox has been looked at by its `where`; what comes may find other values to be compared with.
  Source coming = source;
  coming.where = 0;
  const auto add_flights = [&](Row of) {
    for (Row m = flight_head_[flights(node.agent, of)]; m != no_row; m = flight_next_[m]) {
      if (world_->message(m).to == AgentId{node.agent} && world_->message(m).instance == of) add(m, coming);
    }
  };
  if (flying_) {
    add_flights(instance);
    if (instance != no_row) add_flights(no_row);
  }
  for (std::size_t q = 0; published && q < queue_messages_.size(); ++q) add(queue_messages_[q], coming);
}

/// How many of them count. Leaves their senders in `senders_` where these must differ.
std::uint32_t WaitSolver::present(const WaitNode& node, const Source& source) {
  senders_.clear();
  const bool nothing_there = world_->agent(AgentId{node.agent}).box_head == no_row;
  if (nothing_there && !flying_ && queue_messages_.empty()) return 0;
  find_messages(node, source);
  if (!source.distinct) return static_cast<std::uint32_t>(found_.size());
  for (const Row m : found_) {
    const AgentId sender = world_->message(m).from;
    if (std::ranges::find(senders_, sender) == senders_.end()) senders_.push_back(sender);
  }
  return static_cast<std::uint32_t>(senders_.size());
}

bool WaitSolver::agent_gives(const WaitNode& waiter, AgentId agent, const Serving& serving) const {
  const AgentRow& giver = world_->agent(agent);
  const bool may_begin = giver.state == AgentState::up || restarting_[index(agent)] != 0;
  if (may_begin && future_live(waiter, serving)) return true;
  for (Row a = first_of(agent); a != no_row; a = next_of(a)) {
    const WaitNode& node = nodes_[node_of_row_[a]];
    if (same_instance(waiter, node) && gives(node, serving.fact)) return true;
  }
  return false;
}

/// Of a source that wants each message from another sender: those who have sent and those who still can.
bool WaitSolver::enough_senders(std::uint32_t number, const Source& source, const Servings& servings,
                                std::uint32_t needed) {
  const WaitNode& node = nodes_[number];
  const auto add = [&](AgentId agent, const Serving& serving) {
    if (std::ranges::find(senders_, agent) != senders_.end()) return;
    if (agent_gives(node, agent, serving)) {
      senders_.push_back(agent);
    } else {
      listen(agent_bell(index(agent)), number);
    }
  };
  for (const Serving& serving : servings) {
    if (!serving_live(node, serving)) continue;
    const Definition& giver = model_->definitions[serving.definition];
    if (giver.start == Start::spawned) return true;  // there may be any number of them
    const bool named = named_senders(node, source, serving.definition, [&](AgentId agent) { add(agent, serving); });
    for (std::uint32_t m = 0; !named && m < giver.replicas; ++m) add(AgentId{index(giver.first) + m}, serving);
    if (senders_.size() >= needed) return true;
  }
  return senders_.size() >= needed;
}

/// What was taken where `ack: end` holds comes again when its taker fails: no program says so.
bool WaitSolver::comes_again(std::uint32_t number, const Source& source) {
  for (Row d = 0; d < world_->used(Pool::deliveries); ++d) {
    const DeliveryRow& delivery = world_->delivery(d);
    if (delivery.message == no_row || delivery.activation == no_row) continue;
    const MessageRow& message = world_->message(delivery.message);
    if (!same_topic(source.topic, message.topic)) continue;
    const WaitNode& taker = nodes_[node_of_row_[delivery.activation]];
    if (taker.moves()) return true;
    listen(agent_bell(taker.agent), number);
  }
  return false;
}

/// Whether somebody may still hand out what `source` wants, beyond what is there.
bool WaitSolver::supply_possible(std::uint32_t number, std::uint32_t wanted) {
  const WaitNode& node = nodes_[number];
  const Source& source = wait_of(node).sources[wanted];
  if (model_->acks && comes_again(number, source)) return true;
  if (source.topic == model_->down || source.topic == model_->up) {
    // A failure detector may speak at any time, also when it is wrong.
    for (Row w = 0; w < world_->used(Pool::watches); ++w) {
      if (world_->watch(w).watcher == AgentId{node.agent}) return true;
    }
  }
  if (nothing_given()) return false;
  const Servings servings = model_->wait_index->of_source(node.definition, row(node).wait_arg, wanted);
  if (!any_live(number, servings)) return false;
  if (servings.empty() || anything_comes(node)) return true;
  listen_to(node, servings, number);
  if (source.distinct) {
    present(node, source);
    return enough_senders(number, source, servings, std::max<std::uint32_t>(1, source.count_max));
  }
  listen(anything_bell(), number);
  for (const Serving& serving : servings) {
    if (!serving_live(node, serving)) continue;
    bool possible = false;
    const bool named = named_senders(node, source, serving.definition, [&](AgentId agent) {
      possible = possible || agent_gives(node, agent, serving);
      if (!possible) listen(agent_bell(index(agent)), number);
    });
    if (possible || !named) return true;
  }
  return false;
}

bool WaitSolver::source_possible(std::uint32_t number, std::uint32_t wanted) {
  const WaitNode& node = nodes_[number];
  const Source& source = wait_of(node).sources[wanted];
  return present(node, source) >= std::max<std::uint32_t>(1, source.count_max) || supply_possible(number, wanted);
}

/// Whether the sources that only what is there can meet have enough of it together: no message serves two sources.
/// By augmenting paths (Kuhn, "The Hungarian Method for the Assignment Problem", 1955), over a handful of messages.
bool WaitSolver::enough_for_all(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  const WaitSpec& spec = wait_of(node);
  wanted_.clear();  // one entry for each message that a source wants
  for (std::uint32_t s = 0; s < spec.sources.size(); ++s) {
    if (supply_possible(number, s)) continue;
    wanted_.insert(wanted_.end(), std::max<std::uint32_t>(1, spec.sources[s].count_max), s);
  }
  serves_.assign(wanted_.size(), no_row);
  for (std::uint32_t w = 0; w < wanted_.size(); ++w) {
    tried_.clear();
    if (!find_message_for(node, spec, w)) return false;
  }
  return true;
}

bool WaitSolver::find_message_for(const WaitNode& node, const WaitSpec& spec, std::uint32_t want) {
  find_messages(node, spec.sources[wanted_[want]]);
  const std::size_t begin = candidates_.size();
  candidates_.insert(candidates_.end(), found_.begin(), found_.end());
  const std::size_t end = candidates_.size();
  bool found = false;
  for (std::size_t c = begin; c < end && !found; ++c) {
    const Row m = candidates_[c];
    if (std::ranges::find(tried_, m) != tried_.end()) continue;
    tried_.push_back(m);
    const auto taken = std::ranges::find(serves_, m);
    found = taken == serves_.end() || find_message_for(node, spec, static_cast<std::uint32_t>(taken - serves_.begin()));
    if (found) serves_[want] = m;
  }
  candidates_.resize(begin);
  return found;
}

bool WaitSolver::mailbox_met(std::uint32_t number) {
  const WaitSpec& spec = wait_of(nodes_[number]);
  for (std::uint32_t s = 0; s < spec.sources.size(); ++s) {
    const bool possible = source_possible(number, s);
    if (possible != spec.all) return possible;
  }
  return spec.all && (spec.sources.size() == 1 || enough_for_all(number));
}

Row WaitSolver::request_of(const WaitNode& waiter) const {
  const std::uint32_t number = row(waiter).wait_arg;
  const Row instance = row(waiter).instance;
  auto r = std::ranges::lower_bound(requests_, Request{number, instance, 0});
  for (; r != requests_.end() && r->number == number && r->instance == instance; ++r) {
    if (world_->message(r->message).from == AgentId{waiter.agent}) return r->message;
  }
  return no_row;
}

bool WaitSolver::reply_met(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  if (tool_wait(row(node))) return false;
  const Row first = flying_ ? flight_head_[flights(node.agent, row(node).instance)] : no_row;
  for (Row m = first; m != no_row; m = flight_next_[m]) {
    const MessageRow& message = world_->message(m);
    if (message.to == AgentId{node.agent} && is_reply(message.topic) && message.request == row(node).wait_arg &&
        message.instance == row(node).instance)
      return true;
  }
  const auto may_reply = [&](std::uint32_t other) { return gives_kind(nodes_[other], Supply::Kind::reply); };
  // A struct agent may have noted the request's number and answer by it.
  if (std::ranges::any_of(struct_nodes_, may_reply)) return true;
  for (const std::uint32_t other : struct_nodes_) listen(agent_bell(nodes_[other].agent), number);
  const Row request = request_of(node);
  if (request == no_row) return false;
  const AgentId server = world_->message(request).to;
  if (server == nobody) return true;  // in a queue: whoever takes it
  const AgentRow& owner = world_->agent(server);
  if (restarting_[index(server)] != 0) return true;
  if (owner.state != AgentState::up) return false;
  const std::uint32_t of = index(owner.definition);
  for (Row a = first_of(server); a != no_row; a = next_of(a)) {
    if (gives_kind(nodes_[node_of_row_[a]], Supply::Kind::reply)) return true;
  }
  if (const SupplyTable* supplies = model_->definitions[of].behaviour->supplies; supplies != nullptr) {
    for (std::uint32_t f = 0; f < supplies->facts.size(); ++f) {
      if (supplies->facts[f].kind == Supply::Kind::reply && future_live(node, {of, f})) return true;
    }
  } else if (anything_comes(node)) {
    return true;
  }
  listen(agent_bell(index(server)), number);
  listen_group(node, of, number);
  listen(anything_bell(), number);
  return false;
}

/// Slots that come free are handed out along the line; whoever gets one may free it again.
bool WaitSolver::resource_met(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  const ResourceId id{static_cast<std::uint16_t>(row(node).wait_arg)};
  const ResourceInfo& info = model_->resource(id);
  const ResourceRow& resource = world_->resource(id);
  if (is_limiter(info)) return resource.timer != no_row;  // time fills it, unless it has no slots at all
  std::uint32_t free = resource.taken < info.slots ? info.slots - resource.taken : 0;
  for (Row h = resource.holds; h != no_row; h = world_->hold(h).next) {
    const HoldRow& hold = world_->hold(h);
    bool comes = hold.timer != no_row || restarting_[index(hold.agent)] != 0;
    if (hold.activation != no_row) {
      comes = comes || can_release(nodes_[node_of_row_[hold.activation]], id);
    } else {
      for (Row a = world_->agent(hold.agent).first; a != no_row && !comes; a = world_->activation(a).next) {
        comes = can_release(nodes_[node_of_row_[a]], id);
      }
    }
    free += comes ? 1 : 0;
    if (!comes) listen(agent_bell(index(hold.agent)), number);
  }
  for (Row a = resource.head; a != node.row && a != no_row; a = world_->activation(a).line) {
    const WaitNode& before = nodes_[node_of_row_[a]];
    listen(agent_bell(before.agent), number);
    if (free == 0 && !before.moves()) return false;
    if (free != 0 && !releases_after_wait(before, id) && !before.bounded && !before.cancelled) --free;
  }
  return free != 0;
}

bool WaitSolver::children_met(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  for (std::uint32_t c = node.first_child; c != no_node; c = nodes_[c].next_sibling) {
    if (!awaits_child(node, nodes_[c])) continue;
    if (nodes_[c].moves()) return true;
    listen(agent_bell(nodes_[c].agent), number);
  }
  return false;
}

bool WaitSolver::awaits_child(const WaitNode& parent, const WaitNode& child) const {
  const bool branch = (row(child).flags & activation_flag::branch) != 0;
  if (row(parent).wait_arg == detail::for_branches) return branch;
  return !branch && row(child).number == static_cast<std::uint16_t>(OnParentEnd::wait);
}

bool WaitSolver::room_met(std::uint32_t number) {
  const AgentId receiver{row(nodes_[number]).wait_arg};
  const AgentRow& owner = world_->agent(receiver);
  // What comes to an agent that is down goes past its inbox; one that hangs keeps it as it is.
  const bool keeps = owner.state == AgentState::up || owner.state == AgentState::hung;
  if (!keeps || struct_agent_of(owner)) return true;
  for (Row a = owner.first; a != no_row; a = world_->activation(a).next) {
    if (nodes_[node_of_row_[a]].moves()) return true;
  }
  const Definition& of = model_->definitions[index(owner.definition)];
  if (!of.handlers.empty() && owner.handlers < of.concurrency && flies_to_[index(receiver)] != 0) return true;
  if (held_by_fault()) return true;
  listen(agent_bell(index(receiver)), number);
  return false;
}

bool WaitSolver::held_by_fault() const { return armed(*world_, Strike::room) && world_->header().fault_state != 0; }

/// Whether somebody may end the wait from outside: a `cancel`, a parent that goes on or ends, a sibling that decides a join.
bool WaitSolver::can_be_cancelled(std::uint32_t number) {
  const WaitNode& node = nodes_[number];
  if (node.parent != no_node) {
    const ActivationRow& own = row(node);
    const bool shares_fate =
        (own.flags & activation_flag::branch) != 0 || own.number == static_cast<std::uint16_t>(OnParentEnd::cancel);
    if (shares_fate && nodes_[node.parent].moves()) return true;
    if (shares_fate) listen(agent_bell(nodes_[node.parent].agent), number);
  }
  if (!model_->wait_index->anybody_cancels()) return false;
  const Servings cancels = model_->wait_index->of_cancelling(node.definition);
  for (const Serving& cancel : cancels) {
    if (serving_live(node, cancel)) return true;
  }
  listen_to(node, cancels, number);
  return false;
}

}  // namespace squall::sim::detail
