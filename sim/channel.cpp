// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/detail/ask_faults.hpp"

/// Published topics: a broadcast reaches all who are subscribed at that instant, a queue gives each message to one taker.
namespace squall::sim {
namespace detail {
namespace {

bool same_instance(Row a, Row b) { return a == b || a == no_row || b == no_row; }

ChannelRow& channel_of(World& world, const Model& model, TopicId topic) { return world.channel(model.topic(topic).channel); }

void append(World& world, ChannelRow& channel, Row message) {
  world.message(message).place = Place::queued;
  world.message(message).next = no_row;
  (channel.tail == no_row ? channel.head : world.message(channel.tail).next) = message;
  channel.tail = message;
}

void unlink(World& world, ChannelRow& channel, Row message) {
  Row before = no_row;
  for (Row m = channel.head; m != message; m = world.message(m).next) before = m;
  const Row next = world.message(message).next;
  (before == no_row ? channel.head : world.message(before).next) = next;
  if (channel.tail == message) channel.tail = before;
}

/// Calls `visit(agent)` for each member of a definition, those spawned so far included.
template <class Visit>
void for_each_member(const World& world, const Model& model, DefinitionId id, Visit&& visit) {
  const Definition& definition = model.definition(id);
  if (definition.start != Start::spawned) {
    for (std::uint32_t m = 0; m < definition.replicas; ++m) visit(AgentId{index(definition.first) + m});
    return;
  }
  for (std::uint32_t a = model.members; a < world.used(Pool::agents); ++a) {
    if (world.agent(AgentId{a}).definition == id) visit(AgentId{a});
  }
}

bool declared(const TopicInfo& topic, DefinitionId id) {
  return std::ranges::find(topic.subscribers, id) != topic.subscribers.end();
}

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
    const bool takes = definition.behaviour->struct_agent ? declared(topic, DefinitionId{d})
                                                          : (definition.handled & topic_bit(id)) != 0 && handler_of(definition, id) != nullptr;
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
  for (Row a = 0; a < world.used(Pool::activations); ++a) {
    const ActivationRow& waiting = world.activation(a);
    if (waiting.phase != Phase::waiting || waiting.wait != Wait::mailbox || (waiting.want & topic_bit(row.topic)) == 0) continue;
    if (waiting.instance != row.instance && row.instance != no_row) continue;
    if (!any && static_cast<std::int32_t>(waiting.line - after) <= 0) continue;
    if (next == no_row || static_cast<std::int32_t>(waiting.line - world.activation(next).line) < 0) next = a;
  }
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

/// What a message says, apart from its row, which moves when a pool grows. Its fields are in `fields`.
Outgoing copied(const World& world, const Model& model, Row message, std::int64_t (&fields)[8]) {
  std::copy_n(world.fields(message), std::min(model.fields, 8U), fields);
  const MessageRow& row = world.message(message);
  return {.to = nobody, .topic = row.topic, .present = row.present, .fields = fields, .artifact = row.artifact, .request = 0};
}

/// The last number among the retained messages of an instance; how many there are, and the oldest.
struct Retained {
  std::uint32_t last = 0, count = 0;
  Row oldest = no_row;
};
Retained retained(const World& world, const ChannelRow& channel, Row instance) {
  Retained all;
  for (Row m = channel.head; m != no_row; m = world.message(m).next) {
    if (world.message(m).instance != instance) continue;
    if (all.count++ == 0) all.oldest = m;
    all.last = world.message(m).order;
  }
  return all;
}

void retain(World& world, Run& run, AgentId from, Row instance, const Outgoing& out, std::uint32_t sequence, const Question& q) {
  const TopicInfo& topic = run.model.topic(out.topic);
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, out, Place::queued);
  world.message(row).order = sequence;
  if (run.timed) world.message_shadow(row) = {.origin = q.site, .occurrence = q.occurrence, .copy = 0};
  ChannelRow& channel = world.channel(topic.channel);
  append(world, channel, row);
  const Retained all = retained(world, channel, instance);
  if (topic.retain == unlimited || all.count <= topic.retain) return;
  unlink(world, channel, all.oldest);
  drop_message(world, run, all.oldest);
}

void published_to_nobody(World& world, Run& run, AgentId from, Row instance, const Outgoing& out) {
  if (run.timed) ++world.clock().dead_letters;
  if (!watched(run, Seen::dead_letter)) return;
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, out, Place::queued);
  observe(world, run, {.kind = Seen::dead_letter, .topic = out.topic, .agent = nobody, .other = from, .instance = instance,
                       .row = row});
  drop_message(world, run, row);
}

}  // namespace

void take_from_queue(World& world, Run& run, Row message, AgentId taker) {
  unlink(world, channel_of(world, run.model, world.message(message).topic), message);
  MessageRow& row = world.message(message);
  row.to = taker;
  if (watched(run, Seen::delivered)) {
    observe(world, run, {.kind = Seen::delivered, .topic = row.topic, .agent = taker, .other = row.from,
                         .instance = row.instance, .row = message});
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

Row queued_for_handler(const World& world, const Model& model, AgentId agent) {
  Row oldest = no_row;
  for (const Definition::Handler& handler : model.definition(world.agent(agent).definition).handlers) {
    const TopicInfo& topic = model.topic(handler.topic);
    if (topic.mode != TopicInfo::Mode::queue) continue;
    const Row head = world.channel(topic.channel).head;
    if (head == no_row) continue;
    if (oldest == no_row || static_cast<std::int32_t>(world.message(head).order - world.message(oldest).order) < 0) oldest = head;
  }
  return oldest;
}

void offer_queued(World& world, Run& run, AgentId agent) {
  for (const TopicInfo& topic : run.model.topics) {
    if (topic.mode != TopicInfo::Mode::queue || !declared(topic, world.agent(agent).definition)) continue;
    ChannelRow& channel = world.channel(topic.channel);
    while (channel.head != no_row) {
      const Row message = channel.head;
      unlink(world, channel, message);
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
        unlink(world, channel, m);
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

}  // namespace detail

namespace {

/// One draw site for each receiver of a publication, named by content: receivers do not move each other's draws.
Question for_receiver(const World& world, const Model& model, const Question& q, AgentId receiver) {
  const AgentRow& row = world.agent(receiver);
  return {.site = child_key(q.site, child_key(model.definition(row.definition).key, row.member)),
          .instance = q.instance,
          .occurrence = q.occurrence};
}

}  // namespace

void Turn::publish(const Outgoing& message, const Question& q) {
  const TopicInfo& topic = model().topic(message.topic);
  Outgoing out = message;
  out.to = nobody;
  if (topic.mode == TopicInfo::Mode::queue) {
    detail::post(world, run, self, activation, instance, out, q);
    return;
  }
  run.idle = false;
  std::int64_t fields[8] = {};
  std::uint32_t sequence = 0;
  if (topic.retain != 0) {
    sequence = detail::retained(world, world.channel(topic.channel), instance).last + 1;
    if (topic.sequence_field != no_field) {
      for (std::uint32_t f = 0; f < model().fields; ++f) fields[f] = (out.present >> f & 1) != 0 ? out.fields[f] : 0;
      fields[topic.sequence_field] = sequence;
      out.present |= static_cast<std::uint8_t>(1U << topic.sequence_field);
      out.fields = fields;
    }
  }
  bool heard = false;
  const auto send_to = [&](AgentId receiver) {
    if (world.agent(receiver).state == AgentState::ended) return;
    Outgoing copy = out;
    copy.to = receiver;
    detail::post(world, run, self, activation, instance, copy, for_receiver(world, model(), q, receiver));
    heard = true;
  };
  for (const DefinitionId id : topic.subscribers) detail::for_each_member(world, model(), id, send_to);
  AgentId last = nobody;
  for (Row s = world.channel(topic.channel).subscriptions; s != no_row; s = world.subscription(s).next) {
    const SubscriptionRow subscription = world.subscription(s);
    if (subscription.agent == last || !detail::same_instance(subscription.instance, instance)) continue;
    last = subscription.agent;
    send_to(subscription.agent);
  }
  if (topic.retain != 0) {
    detail::retain(world, run, self, instance, out, sequence, q);
  } else if (!heard) {
    detail::published_to_nobody(world, run, self, instance, out);
  }
}

void Turn::subscribe(TopicId id, std::uint32_t from_sequence, const Question& q) {
  const TopicInfo& topic = model().topic(id);
  run.idle = false;
  if (!detail::declared(topic, world.agent(self).definition)) {
    world.reserve(Pool::subscriptions, 1);
    // In the order of agents and instances, whoever came first: one state has one list.
    const auto before = [&](const SubscriptionRow& other) {
      if (other.agent != self) return other.agent < self;
      return detail::load_number(world, other.instance) < detail::load_number(world, instance);
    };
    Row* link = &world.channel(topic.channel).subscriptions;
    while (*link != no_row && before(world.subscription(*link))) link = &world.subscription(*link).next;
    const bool known = *link != no_row && world.subscription(*link).agent == self && world.subscription(*link).instance == instance;
    if (!known) {
      const Row row = world.take_raw(Pool::subscriptions);
      world.subscription(row) = {.next = *link, .agent = self, .instance = instance, .spare = 0};
      *link = row;
    }
  }
  for (Row m = world.channel(topic.channel).head; m != no_row; m = world.message(m).next) {
    const MessageRow kept = world.message(m);
    if (kept.order < from_sequence || !detail::same_instance(kept.instance, instance)) continue;
    std::int64_t fields[8] = {};
    Outgoing out = detail::copied(world, model(), m, fields);
    out.to = self;
    detail::post(world, run, kept.from, no_row, kept.instance, out,
                 {.site = child_key(q.site, kept.order), .instance = q.instance, .occurrence = q.occurrence});
  }
}

}  // namespace squall::sim
