// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/ask_faults.hpp"
#include "sim/detail/channel.hpp"

/// Broadcasts: a publication reaches all who are subscribed at that instant; late subscribers, what is retained.
namespace squall::sim {
namespace {

using namespace detail;

/// What a message says, apart from its row, which moves when a pool grows. Its fields are in `fields`.
Outgoing copied(const World& world, const Model& model, Row message, std::int64_t (&fields)[8]) {
  std::copy_n(world.fields(message), std::min(model.fields, 8U), fields);
  const MessageRow& row = world.message(message);
  return {.to = nobody,
          .topic = row.topic,
          .present = row.present,
          .fields = fields,
          .artifact = row.artifact,
          .request = 0};
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

void retain(World& world, Run& run, AgentId from, Row instance, const Outgoing& out, std::uint32_t sequence,
            const Question& q) {
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
  take_out(world, channel, all.oldest);
  drop_message(world, run, all.oldest);
}

void published_to_nobody(World& world, Run& run, AgentId from, Row instance, const Outgoing& out) {
  if (run.timed) ++world.clock().dead_letters;
  if (!watched(run, Seen::dead_letter)) return;
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, out, Place::queued);
  observe(world, run,
          {.kind = Seen::dead_letter,
           .topic = out.topic,
           .agent = nobody,
           .other = from,
           .instance = instance,
           .row = row});
  drop_message(world, run, row);
}

/// One draw site for each receiver of a publication, named by content: receivers do not move each other's draws.
Question for_receiver(const World& world, const Model& model, const Question& q, AgentId receiver) {
  const AgentRow& row = world.agent(receiver);
  return {.site = child_key(q.site, child_key(model.definition(row.definition).key, row.member)),
          .instance = q.instance,
          .occurrence = q.occurrence};
}

/// Sends a new subscriber what the topic retains, from number `from_sequence` on.
void send_retained(World& world, Run& run, AgentId subscriber, Row instance, TopicId id, std::uint32_t from_sequence,
                   const Question& q) {
  for (Row m = world.channel(run.model.topic(id).channel).head; m != no_row; m = world.message(m).next) {
    const MessageRow kept = world.message(m);
    if (kept.order < from_sequence || !same_instance(kept.instance, instance)) continue;
    std::int64_t fields[8] = {};
    Outgoing out = copied(world, run.model, m, fields);
    out.to = subscriber;
    post(world, run, kept.from, no_row, kept.instance, out,
         {.site = child_key(q.site, kept.order), .instance = q.instance, .occurrence = q.occurrence});
  }
}

bool contains(const World& world, const ChannelRow& channel, Row subscription) {
  Row s = channel.subscriptions;
  while (s != no_row && s != subscription) s = world.subscription(s).next;
  return s != no_row;
}

}  // namespace

void detail::subscription_due(World& world, Run& run, const TimerRow& due) {
  SubscriptionRow& row = world.subscription(due.target);
  row.late = 0;
  run.idle = false;
  const AgentId subscriber = row.agent;
  for (std::uint16_t t = 0; t < run.model.topics.size(); ++t) {
    const TopicInfo& topic = run.model.topics[t];
    if (topic.mode != TopicInfo::Mode::broadcast || !contains(world, world.channel(topic.channel), due.target))
      continue;
    const AgentRow& agent = world.agent(subscriber);
    const SiteKey name = child_key(run.model.definition(agent.definition).key, agent.member);
    send_retained(world, run, subscriber, due.instance, TopicId{t}, due.detail,
                  {.site = child_key(name, topic.key), .instance = load_number(world, due.instance), .occurrence = 0});
    return;
  }
}

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
    sequence = retained(world, world.channel(topic.channel), instance).last + 1;
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
    if (subscription.late != 0 || subscription.agent == last || !detail::same_instance(subscription.instance, instance))
      continue;
    last = subscription.agent;
    send_to(subscription.agent);
  }
  if (topic.retain != 0) {
    retain(world, run, self, instance, out, sequence, q);
  } else if (!heard) {
    published_to_nobody(world, run, self, instance, out);
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
    const auto known = [&](const SubscriptionRow& row) { return row.agent == self && row.instance == instance; };
    if (*link == no_row || !known(world.subscription(*link))) {
      const Row row = world.take_raw(Pool::subscriptions);
      world.subscription(row) = {.next = *link, .agent = self, .instance = instance, .late = 0};
      *link = row;
      const Verdict met = detail::ask_faults(world, run,
                                             {.strike = Strike::notice,
                                              .agent = self,
                                              .activation = activation,
                                              .instance = instance,
                                              .operation = Operation::subscribe},
                                             detail::origin_of(q), q.instance);
      if (met.late) {
        world.subscription(row).late = 1;
        detail::arm(world, run, TimerKind::subscription, row, instance, met.delay, from_sequence);
        return;
      }
    }
  }
  send_retained(world, run, self, instance, id, from_sequence, q);
}

}  // namespace squall::sim
