// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/kernel.hpp"

/// What happens to a message that has reached its receiver.
namespace squall::sim::detail {

void start_handlers(World& world, Run& run, AgentId agent) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  if (definition.handled == 0 || world.agent(agent).state != AgentState::up) return;
  while (world.agent(agent).handlers < definition.concurrency) {
    Row next = world.agent(agent).box_head;
    for (; next != no_row; next = world.message(next).next) {
      if ((definition.handled & topic_bit(world.message(next).topic)) != 0 &&
          handler_of(definition, world.message(next).topic) != nullptr)
        break;
    }
    if (next != no_row) {
      unlink_from_mailbox(world, next);
    } else {
      if ((definition.handled & run.model.published) == 0) return;
      next = take_queued(world, run, agent);
      if (next == no_row) return;
    }
    const Row activation = begin_handler(world, run, agent, next);
    wake(world, run, activation, Wake::Why::start, next);
    if (definition.inbox != unlimited) room_made(world, run, agent);
  }
}

const Definition::Handler* handler_of(const Definition& definition, TopicId topic) {
  for (const Definition::Handler& handler : definition.handlers) {
    if (handler.topic == topic) return &handler;
  }
  return nullptr;
}

Row begin_handler(World& world, Run& run, AgentId agent, Row message) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  hold(world, message);
  ++world.agent(agent).handlers;
  std::uint64_t key = 0;
  if (run.timed) {
    // Named by what it handles: the send, and which copy of it.
    const MessageShadow& shadow = world.message_shadow(message);
    key = child_key(root_key(run.model, world, agent),
                    shadow.origin + ((std::uint64_t{shadow.occurrence} << 32) | shadow.copy));
  }
  const Row activation = begin_activation(world, run, agent, world.message(message).instance,
                                          handler_of(definition, world.message(message).topic)->pc,
                                          activation_flag::handler, key, no_row, message);
  consumed(world, run, activation, message);
  return activation;
}

namespace {

void dead_letter(World& world, Run& run, Row message) {
  run.idle = false;
  const MessageRow& row = world.message(message);
  const AgentId agent = row.to;
  if (run.timed) ++world.clock().dead_letters;
  if (watched(run, Seen::dead_letter)) {
    observe(world, run,
            {.kind = Seen::dead_letter,
             .topic = row.topic,
             .agent = row.to,
             .other = row.from,
             .instance = row.instance,
             .row = message});
  }
  drop_message(world, run, message);
  leave_room(world, run, agent);
}

}  // namespace

void deliver_to_struct_agent(World& world, Run& run, AgentId agent, Row message) {
  const Row activation = world.agent(agent).first;
  if (activation == no_row) {
    dead_letter(world, run, message);
    return;
  }
  ActivationRow& row = world.activation(activation);
  if ((row.flags & activation_flag::passive) == 0 && (row.want & topic_bit(world.message(message).topic)) != 0) {
    run.idle = false;
    row.flags |= activation_flag::passive;  // what it expected has come
    row.want = ~std::uint64_t{0};
  }
  const bool stays = !run.timed && run.model.network.duplicating;
  if (!stays) {
    hold(world, message);
    consumed(world, run, activation, message);
    leave_room(world, run, agent);
  }
  const MessageRow& taken = world.message(message);
  run_struct_turn(world, run, activation, taken.instance,
                  *run.model.definition(world.agent(agent).definition).behaviour,
                  {.why = Wake::Why::message, .row = message, .detail = index(taken.topic)});
  if (!stays) release_message(world, run, message);
}

namespace {

void deliver_reply(World& world, Run& run, AgentId agent, Row message) {
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    const ActivationRow& row = world.activation(a);
    if (row.phase != Phase::waiting || row.wait != Wait::reply || row.wait_arg != world.message(message).request)
      continue;
    if (row.instance != world.message(message).instance) continue;  // requests are numbered in each instance by itself
    run.idle = false;
    hold(world, message);
    consumed(world, run, a, message);
    leave_room(world, run, agent);
    run_turn(world, run, a, {.why = Wake::Why::satisfied, .row = message, .detail = 0});
    return;
  }
  const MessageRow& row = world.message(message);
  if (watched(run, Seen::late_reply)) {
    observe(world, run,
            {.kind = Seen::late_reply,
             .topic = row.topic,
             .agent = agent,
             .other = row.from,
             .instance = row.instance,
             .row = message});
  }
  drop_message(world, run, message);
  leave_room(world, run, agent);
}

bool refused(World& world, Run& run, const Definition& definition, AgentId agent, Row message) {
  if (definition.inbox == unlimited || world.agent(agent).box_count < definition.inbox) return false;
  Row victim = message;
  if (definition.full == Full::drop_old) {
    victim = world.agent(agent).box_head;
    unlink_from_mailbox(world, victim);
  } else if (definition.full != Full::drop_new) {
    return false;
  }
  const MessageRow& row = world.message(victim);
  if (run.timed) ++world.clock().dropped;
  if (watched(run, Seen::dropped)) {
    observe(world, run,
            {.kind = Seen::dropped,
             .topic = row.topic,
             .agent = agent,
             .other = row.from,
             .instance = row.instance,
             .row = victim});
  }
  drop_message(world, run, victim);
  return victim == message;
}

}  // namespace

void deliver(World& world, Run& run, Row message) {
  const MessageRow& row = world.message(message);
  const AgentId agent = row.to;
  if (agent == nobody) {
    enqueue(world, run, message);
    return;
  }
  const AgentRow& owner = world.agent(agent);
  const Definition& definition = run.model.definition(owner.definition);
  if (owner.state != AgentState::up) [[unlikely]] {
    if (owner.state == AgentState::down && definition.survives && !is_reply(row.topic)) {
      append(world, message, agent);
    } else if (owner.state == AgentState::hung && !is_reply(row.topic)) {
      run.idle = false;
      if (!refused(world, run, definition, agent, message)) append(world, message, agent);
    } else {
      dead_letter(world, run, message);
    }
    return;
  }
  if (armed(world, Strike::deliver)) [[unlikely]] {
    const Verdict verdict = run.faults->strike(world, run,
                                               {.strike = Strike::deliver,
                                                .agent = row.from,
                                                .other = agent,
                                                .topic = row.topic,
                                                .instance = row.instance,
                                                .row = message});
    if (verdict.drop) {
      run.idle = false;
      if (run.timed) ++world.clock().lost;
      if (watched(run, Seen::lost)) {
        observe(world, run,
                {.kind = Seen::lost,
                 .topic = row.topic,
                 .agent = row.from,
                 .other = agent,
                 .instance = row.instance,
                 .row = message});
      }
      drop_message(world, run, message);
      leave_room(world, run, agent);
      return;
    }
  }
  if (is_reply(row.topic)) {
    deliver_reply(world, run, agent, message);
    return;
  }
  if (watched(run, Seen::delivered)) {
    observe(world, run,
            {.kind = Seen::delivered,
             .topic = row.topic,
             .agent = agent,
             .other = row.from,
             .instance = row.instance,
             .row = message});
  }
  if (definition.behaviour->struct_agent) {
    deliver_to_struct_agent(world, run, agent, message);
    return;
  }
  offer(world, run, agent, message);
}

namespace {

/// Of the activations from `first` on, the one that has waited longest for something like `message`; `after`: longest among
/// those that began later than this wait.
inline Row next_waiting(const World& world, Row first, Row message, const std::uint32_t* after) {
  const MessageRow& row = world.message(message);
  const std::uint64_t topic = topic_bit(row.topic);
  Row next = no_row;
  std::uint32_t line = 0;
  for (Row a = first; a != no_row; a = world.activation(a).next) {
    const ActivationRow& waiting = world.activation(a);
    if (waiting.phase != Phase::waiting || waiting.wait != Wait::mailbox || (waiting.want & topic) == 0) continue;
    if (waiting.instance != row.instance && row.instance != no_row) continue;
    if (after != nullptr && static_cast<std::int32_t>(waiting.line - *after) <= 0) continue;
    if (next != no_row && static_cast<std::int32_t>(waiting.line - line) > 0) continue;
    next = a;
    line = waiting.line;
  }
  return next;
}

}  // namespace

void offer(World& world, Run& run, AgentId agent, Row message) {
  run.idle = false;
  const AgentRow& owner = world.agent(agent);
  const Definition& definition = run.model.definition(owner.definition);
  const bool several = owner.first != owner.last;
  bool appended = false;
  std::uint32_t asked_up_to = 0;  // waits are asked oldest first
  for (Row next = next_waiting(world, owner.first, message, nullptr); next != no_row;
       next = several ? next_waiting(world, world.agent(agent).first, message, &asked_up_to) : no_row) {
    const ActivationRow& waiting = world.activation(next);
    asked_up_to = waiting.line;
    const std::uint32_t wait = waiting.wait_arg;
    const WaitSpec& spec = definition.behaviour->waits[wait];
    // Nothing that lies in the mailbox meets a wait that lasts, so only what has just arrived is asked about.
    if (meets_alone(run.model, world, next, spec, message)) {
      if (appended) unlink_from_mailbox(world, message);
      hold(world, message);
      consumed(world, run, next, message);
      leave_room(world, run, agent);
      run_turn(world, run, next, {.why = Wake::Why::satisfied, .row = message, .detail = wait});
      return;
    }
    if (spec.single) continue;
    if (!appended) {
      if (refused(world, run, definition, agent, message)) return;
      append(world, message, agent);
      appended = true;
    }
    const Row taken = take_matching(world, run, next, wait, false);
    if (taken == no_row) continue;
    run_turn(world, run, next, {.why = Wake::Why::satisfied, .row = taken, .detail = wait});
    return;
  }
  const std::uint64_t bit_of_topic = topic_bit(world.message(message).topic);
  if ((definition.handled & bit_of_topic) != 0 && world.agent(agent).handlers < definition.concurrency &&
      handler_of(definition, world.message(message).topic) != nullptr) {
    if (appended) unlink_from_mailbox(world, message);
    const Row activation = begin_handler(world, run, agent, message);
    leave_room(world, run, agent);
    run_turn(world, run, activation, {.why = Wake::Why::start, .row = message, .detail = 0});
    return;
  }
  if (!appended && !refused(world, run, definition, agent, message)) append(world, message, agent);
}

}  // namespace squall::sim::detail
