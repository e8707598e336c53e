// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/channel.hpp"
#include "sim/detail/of_instance.hpp"
#include "sim/digest.hpp"

/// Queues: each message goes to one taker, whoever has waited for it for longest.
namespace squall::sim::detail {
namespace {

/// An idle agent that takes from a queue by a handler or as a struct agent.
bool may_take(const World& world, AgentId agent, const Definition& definition) {
  const AgentRow& row = world.agent(agent);
  if (row.state != AgentState::up) return false;
  return definition.behaviour->struct_agent ? row.first != no_row : row.handlers < definition.concurrency;
}

/// Of those who are idle the next one after the last taker, round and round: mostly the one idle for the longest.
AgentId next_taker(const World& world, const Model& model, TopicId id) {
  const TopicInfo& topic = model.topic(id);
  const std::uint32_t last = index(world.channel(topic.channel).taker);
  AgentId best = nobody;
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    const bool takes =
        definition.behaviour->struct_agent ? declared(topic, DefinitionId{d}) : handler_of(definition, id) != nullptr;
    if (!takes) continue;
    for_each_member(world, model, DefinitionId{d}, [&](AgentId agent) {
      if (!may_take(world, agent, definition)) return;
      if (best == nobody || index(agent) - last - 1 < index(best) - last - 1) best = agent;
    });
  }
  return best;
}

/// The waiting activation that has waited for longest of those younger than `after`, and could want `message`.
Row next_waiting(const World& world, Row message, bool any, std::uint32_t after) {
  const MessageRow& row = world.message(message);
  Row next = no_row;
  each_activation(world, row.instance, [&](Row a) {
    const ActivationRow& waiting = world.activation(a);
    if (waiting.phase != Phase::waiting || waiting.wait != Wait::mailbox || (waiting.want & topic_bit(row.topic)) == 0)
      return;
    if (waiting.instance != row.instance && row.instance != no_row) return;
    if (!any && static_cast<std::int32_t>(waiting.line - after) <= 0) return;
    if (next == no_row || static_cast<std::int32_t>(waiting.line - world.activation(next).line) < 0) next = a;
  });
  return next;
}

/// The event is the taker's.
void digest_taking(World& world, Run& run, AgentId taker, Row message) {
  if (run.timed) digest_event(world, taker, message_word(world, run.model, message));
}

bool given_to_waiting(World& world, Run& run, Row message) {
  std::uint32_t asked_up_to = 0;
  for (bool any = true;; any = false) {
    const Row next = next_waiting(world, message, any, asked_up_to);
    if (next == no_row) return false;
    asked_up_to = world.activation(next).line;
    const AgentId agent = world.activation(next).agent;
    if (run.model.definition(world.agent(agent).definition).behaviour->struct_agent) continue;
    const std::uint32_t wait = world.activation(next).wait_arg;
    const Row taken = take_matching(world, run, next, wait, false);
    if (taken == no_row) continue;
    digest_taking(world, run, agent, message);
    run_turn(world, run, next, {.why = Wake::Why::satisfied, .row = taken, .detail = wait});
    return true;
  }
}

}  // namespace

void append(World& world, ChannelRow& channel, Row message) {
  world.message(message).place = Place::queued;
  world.message(message).next = no_row;
  (channel.tail == no_row ? channel.head : world.message(channel.tail).next) = message;
  channel.tail = message;
}

void take_out(World& world, ChannelRow& channel, Row message) {
  Row before = no_row;
  for (Row m = channel.head; m != message; m = world.message(m).next) before = m;
  const Row next = world.message(message).next;
  (before == no_row ? channel.head : world.message(before).next) = next;
  if (channel.tail == message) channel.tail = before;
}

void take_from_queue(World& world, Run& run, Row message, AgentId taker) {
  take_out(world, channel_of(world, run.model, world.message(message).topic), message);
  MessageRow& row = world.message(message);
  row.to = taker;
  if (watched(run, Seen::delivered)) {
    observe(world, run,
            {.kind = Seen::delivered,
             .topic = row.topic,
             .agent = taker,
             .other = row.from,
             .instance = row.instance,
             .row = message});
  }
}

void enqueue(World& world, Run& run, Row message) {
  const TopicId topic = world.message(message).topic;
  append(world, channel_of(world, run.model, topic), message);
  if (given_to_waiting(world, run, message)) return;
  const AgentId taker = next_taker(world, run.model, topic);
  if (taker == nobody) return;
  channel_of(world, run.model, topic).taker = taker;
  take_from_queue(world, run, message, taker);
  digest_taking(world, run, taker, message);
  if (run.model.definition(world.agent(taker).definition).behaviour->struct_agent) {
    deliver_to_struct_agent(world, run, taker, message);
  } else {
    const Row activation = begin_handler(world, run, taker, message);
    run_turn(world, run, activation, {.why = Wake::Why::start, .row = message, .detail = 0});
  }
}

AgentId likely_taker(const World& world, const Model& model, Row message) {
  const Row waiting = next_waiting(world, message, true, 0);
  return waiting != no_row ? world.activation(waiting).agent : next_taker(world, model, world.message(message).topic);
}

Row take_queued(World& world, Run& run, AgentId agent) {
  const Model& model = run.model;
  Row oldest = no_row;
  for (const Definition::Handler& handler : model.definition(world.agent(agent).definition).handlers) {
    const TopicInfo& topic = model.topic(handler.topic);
    if (topic.mode != TopicInfo::Mode::queue) continue;
    const Row head = world.channel(topic.channel).head;
    if (head == no_row) continue;
    if (oldest == no_row || static_cast<std::int32_t>(world.message(head).order - world.message(oldest).order) < 0) {
      oldest = head;
    }
  }
  if (oldest == no_row) return no_row;
  channel_of(world, model, world.message(oldest).topic).taker = agent;
  take_from_queue(world, run, oldest, agent);
  return oldest;
}

void offer_queued(World& world, Run& run, AgentId agent) {
  for (const TopicInfo& topic : run.model.topics) {
    if (topic.mode != TopicInfo::Mode::queue || !declared(topic, world.agent(agent).definition)) continue;
    ChannelRow& channel = world.channel(topic.channel);
    while (channel.head != no_row) {
      const Row message = channel.head;
      take_out(world, channel, message);
      MessageRow& row = world.message(message);
      row.place = Place::in_flight;
      if (row.instance != no_row) ++world.instance(row.instance).pending;
      if (run.timed) world.calendar.push(world.clock().now, Event::message(message).row);
    }
  }
}

void close_channels(World& world, Run& run, Row instance) {
  for (std::uint32_t c = 0; c < run.model.channels; ++c) {
    ChannelRow& channel = world.channel(c);
    for (Row m = channel.head; m != no_row;) {
      const Row next = world.message(m).next;
      if (world.message(m).instance == instance) {
        take_out(world, channel, m);
        drop_message(world, run, m);
      }
      m = next;
    }
    for (Row* link = &channel.subscriptions; *link != no_row;) {
      const Row row = *link;
      SubscriptionRow& subscription = world.subscription(row);
      if (subscription.instance != instance) {
        link = &subscription.next;
        continue;
      }
      *link = subscription.next;
      subscription.agent = nobody;
      world.give(Pool::subscriptions, row);
    }
  }
}

}  // namespace squall::sim::detail
