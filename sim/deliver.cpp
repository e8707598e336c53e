// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/of_instance.hpp"
#include "sim/detail/run_turn.hpp"
#include "sim/digest.hpp"

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

/// What a struct agent expected may have come.
void note_expected(World& world, Run& run, Row activation, TopicId topic) {
  ActivationRow& row = world.activation(activation);
  if ((row.flags & activation_flag::passive) != 0 || (row.want & topic_bit(topic)) == 0) return;
  run.idle = false;
  row.flags |= activation_flag::passive;
  row.want = ~std::uint64_t{0};
  --world.header().expecting;
}

/// A struct agent takes every message at once: runs its turn.
inline void deliver_to_struct_agent(World& world, Run& run, AgentId agent, const Behaviour& behaviour, Row activation,
                                    Row message) {
  if (activation == no_row) [[unlikely]] {
    dead_letter(world, run, message);
    return;
  }
  MessageRow& taken = world.message(message);
  const TopicId topic = taken.topic;
  const Row instance = taken.instance;
  if (world.header().expecting != 0) [[unlikely]]
    note_expected(world, run, activation, topic);
  const bool stays = !run.timed && run.model.network.duplicating;
  if (!stays) {
    hold(taken);
    consumed(world, run, activation, message, taken);
    leave_room(world, run, agent);
  }
  run_struct_turn(world, run, activation, agent, instance, behaviour,
                  {.why = Wake::Why::message, .row = message, .detail = index(topic)});
  if (!stays) release_message(world, run, message);
}

}  // namespace

void deliver_to_struct_agent(World& world, Run& run, AgentId agent, Row message) {
  const AgentRow& owner = world.agent(agent);
  deliver_to_struct_agent(world, run, agent, *run.model.definition(owner.definition).behaviour, owner.first, message);
}

namespace {

void deliver_reply(World& world, Run& run, AgentId agent, Row message) {
  Row a = first_activation(world, agent, world.message(message).instance);
  for (; a != no_row; a = next_activation(world, a)) {
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
  if (definition.inbox == unlimited) return false;
  if (world.agent(agent).box_count < definition.inbox && !takes_no_more(world, run, agent)) return false;
  Row victim = message;
  if (definition.full == Full::drop_old && world.agent(agent).box_head != no_row) {
    victim = world.agent(agent).box_head;
    unlink_from_mailbox(world, victim);
  } else if (definition.full != Full::drop_new && definition.full != Full::drop_old) {
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

namespace {

/// To an agent that is down, hangs or has ended.
void deliver_in_vain(World& world, Run& run, const Definition& definition, AgentId agent, Row message) {
  const AgentState state = world.agent(agent).state;
  const bool reply = is_reply(world.message(message).topic);
  // What is under way inside of a process goes with it.
  const bool inner = run.model.is_inner(world.message(message).topic);
  if (state == AgentState::down && definition.survives && !reply && !inner) {
    append(world, message, agent);
  } else if (state == AgentState::hung && !reply) {
    run.idle = false;
    if (!refused(world, run, definition, agent, message)) append(world, message, agent);
  } else {
    dead_letter(world, run, message);
  }
}

/// Whether a fault takes the message at the last moment.
bool lost_at_delivery(World& world, Run& run, AgentId agent, Row message) {
  const MessageRow& row = world.message(message);
  const Verdict verdict = run.faults->strike(world, run,
                                             {.strike = Strike::deliver,
                                              .agent = row.from,
                                              .other = agent,
                                              .topic = row.topic,
                                              .instance = row.instance,
                                              .row = message});
  if (!verdict.drop) return false;
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
  return true;
}

void observe_delivery(World& world, Run& run, AgentId agent, Row message) {
  const MessageRow& row = world.message(message);
  observe(world, run,
          {.kind = Seen::delivered,
           .topic = row.topic,
           .agent = agent,
           .other = row.from,
           .instance = row.instance,
           .row = message});
}

/// Whether an activation waits for something like a message of this topic and instance.
inline bool waits_for(const ActivationRow& waiting, std::uint64_t topic, Row instance) {
  return waiting.phase == Phase::waiting && waiting.wait == Wait::mailbox && (waiting.want & topic) != 0 &&
         (waiting.instance == instance || instance == no_row);
}

/// Of the activations of `agent`, the one that has waited longest for something like `row`; `after`: longest among those that
/// began later than this wait.
inline Row next_waiting(const World& world, AgentId agent, const MessageRow& row, const std::uint32_t* after) {
  const std::uint64_t topic = topic_bit(row.topic);
  const bool for_all = row.instance == no_row;
  Row next = no_row;
  std::uint32_t line = 0;
  Row a = for_all ? world.agent(agent).first : first_activation(world, agent, row.instance);
  for (; a != no_row; a = for_all ? world.activation(a).next : next_activation(world, a)) {
    const ActivationRow& waiting = world.activation(a);
    if (!waits_for(waiting, topic, row.instance)) continue;
    if (after != nullptr && static_cast<std::int32_t>(waiting.line - *after) <= 0) continue;
    if (next != no_row && static_cast<std::int32_t>(waiting.line - line) > 0) continue;
    next = a;
    line = waiting.line;
  }
  return next;
}

/// What just arrived meets the wait of `activation` by itself: it is taken, and the turn begins.
[[gnu::always_inline]] inline void take_and_run(World& world, Run& run, AgentId agent, const Behaviour& behaviour,
                                                Row activation, std::uint32_t wait, Row message, MessageRow& row) {
  hold(row);
  consumed(world, run, activation, message, row);
  leave_room(world, run, agent);
  run_program_turn(world, run, activation, world.activation(activation), behaviour,
                   {.why = Wake::Why::satisfied, .row = message, .detail = wait});
}

/// To an agent with several activations, or one that does not wait for just this: the longest-waiting activation that it
/// completes, else a free handler, else the mailbox (as its policy allows). May run one turn.
void offer_around(World& world, Run& run, const Definition& definition, AgentId agent, Row message) {
  const AgentRow& owner = world.agent(agent);
  const Behaviour& behaviour = *definition.behaviour;
  MessageRow& row = world.message(message);
  const bool several = owner.first != owner.last;
  bool appended = false;
  std::uint32_t asked_up_to = 0;  // waits are asked oldest first
  for (Row next = next_waiting(world, agent, row, nullptr); next != no_row;
       next = several ? next_waiting(world, agent, row, &asked_up_to) : no_row) {
    const ActivationRow& waiting = world.activation(next);
    asked_up_to = waiting.line;
    const std::uint32_t wait = waiting.wait_arg;
    const WaitSpec& spec = behaviour.waits[wait];
    // Nothing that lies in the mailbox meets a wait that lasts, so only what has just arrived is asked about.
    if (meets_alone(run.model, world, next, spec, message, row)) {
      if (appended) unlink_from_mailbox(world, message);
      take_and_run(world, run, agent, behaviour, next, wait, message, row);
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
  if ((definition.handled & topic_bit(row.topic)) != 0 && owner.handlers < definition.concurrency &&
      handler_of(definition, row.topic) != nullptr) {
    if (appended) unlink_from_mailbox(world, message);
    const Row activation = begin_handler(world, run, agent, message);
    leave_room(world, run, agent);
    run_turn(world, run, activation, {.why = Wake::Why::start, .row = message, .detail = 0});
    return;
  }
  if (!appended && !refused(world, run, definition, agent, message)) append(world, message, agent);
}

/// Mostly an agent has one activation, which waits for just this message or is busy.
[[gnu::always_inline]] inline void offer(World& world, Run& run, const Definition& definition, AgentId agent,
                                         const AgentRow& owner, Row message, MessageRow& row) {
  run.idle = false;
  const Row only = owner.first;
  if (only != no_row && only == owner.last) [[likely]] {
    const ActivationRow& waiting = world.activation(only);
    bool more = false;  // the wait might be met together with what lies in the mailbox
    if (waits_for(waiting, topic_bit(row.topic), row.instance)) {
      const std::uint32_t wait = waiting.wait_arg;
      const Behaviour& behaviour = *definition.behaviour;
      if (meets_alone(run.model, world, only, behaviour.waits[wait], message, row)) {
        take_and_run(world, run, agent, behaviour, only, wait, message, row);
        return;
      }
      more = !behaviour.waits[wait].single;
    }
    if (!more && definition.handled == 0 && definition.inbox == unlimited) {
      append(world, message, agent);
      return;
    }
  }
  offer_around(world, run, definition, agent, message);
}

/// `plain`: `Run::plain` holds.
template <bool plain>
[[gnu::always_inline]] inline void deliver(World& world, Run& run, Row message, MessageRow& row) {
  const AgentId agent = row.to;
  if (!plain && agent == nobody) return enqueue(world, run, message);
  const AgentRow& owner = world.agent(agent);
  const Definition& definition = run.model.definition(owner.definition);
  if (owner.state != AgentState::up) [[unlikely]]
    return deliver_in_vain(world, run, definition, agent, message);
  if constexpr (!plain) {
    const bool struck = armed(world, Strike::deliver) && !run.model.is_inner(row.topic);
    if (struck && lost_at_delivery(world, run, agent, message)) return;
  }
  if (is_reply(row.topic)) return deliver_reply(world, run, agent, message);
  if (watched(run, Seen::delivered)) [[unlikely]]
    observe_delivery(world, run, agent, message);
  if (definition.behaviour->struct_agent) {
    deliver_to_struct_agent(world, run, agent, *definition.behaviour, owner.first, message);
    return;
  }
  offer(world, run, definition, agent, owner, message, row);
}

/// Content of a delivery, for networks whose last delivery is part of their state.
std::uint64_t delivery_word(const World& world, const Model& model, Row message) {
  const MessageRow& row = world.message(message);
  std::uint64_t word = paired((std::uint64_t{index(row.from)} << 32) | index(row.to), index(row.topic));
  for (std::uint32_t f = 0; f < model.fields; ++f)
    word = paired(word, static_cast<std::uint64_t>(world.fields(message)[f]));
  return word;
}

inline void digest_delivery(World& world, const Model& model, Row message, const MessageRow& row) {
  const AgentId whose = row.to == nobody ? row.from : row.to;
  const std::uint64_t word = message_word(world, model, message);
  if (whose == nobody) [[unlikely]] {
    digest_environment(world, word);
  } else {
    digest_event(world, whose, word);
  }
}

/// All that is left of a message that was lost on its way.
void forget_lost(World& world, Row message, MessageRow& row) {
  row.place = Place::free;
  world.give(Pool::messages, message);
}

}  // namespace

void message_due(World& world, Run& run, Row message) {
  MessageRow& row = world.message(message);
  if (row.place == Place::lost) return forget_lost(world, message, row);
  const bool stays = !run.timed && run.model.network.duplicating;
  if (run.timed) {
    digest_delivery(world, run.model, message, row);
  } else if (stays && run.notes_deliveries) {
    world.header().last_delivered = delivery_word(world, run.model, message);
  }
  if (row.instance != no_row && !stays) --world.instance(row.instance).pending;
  deliver<false>(world, run, message, row);
}

void plain_message_due(World& world, Run& run, Row message) {
  MessageRow& row = world.message(message);
  if (row.place == Place::lost) [[unlikely]]
    return forget_lost(world, message, row);
  digest_event(world, row.to, message_word(world, run.model, message));
  if (row.instance != no_row) --world.instance(row.instance).pending;
  deliver<true>(world, run, message, row);
}

}  // namespace squall::sim::detail
