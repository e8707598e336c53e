// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/detail/kernel.hpp"

/// Messages that were taken where `ack: end` holds: at least once, not exactly once. What its taker does not
/// acknowledge comes again: after the `redeliver.after` of its queue or mailbox; else, once the taker has failed, after the
/// time that a message takes, or as soon as its crash is noticed.
namespace squall::sim {
namespace detail {
namespace {

/// Added to the copy's number at each redelivery: copies that faults make count below it.
constexpr std::uint32_t redelivered_copy = 0x100;

constexpr Purpose again_purpose = purpose("redelivery");

bool published(const TopicInfo& topic) { return topic.mode != TopicInfo::Mode::label; }

/// Who asks for acknowledgement says how a message comes again: the topic, else the mailbox that it was taken from.
struct Redelivery {
  bool acked = false;
  Duration after{};
  std::uint32_t max = 0;
};
Redelivery redelivery_of(const World& world, const Model& model, const TopicInfo& topic, AgentId taker) {
  if (published(topic) && topic.ack == Ack::end) return {true, topic.redeliver_after, topic.redeliver_max};
  if (topic.mode == TopicInfo::Mode::queue || taker == nobody) return {};
  const Definition& definition = model.definition(world.agent(taker).definition);
  if (definition.ack != Ack::end) return {};
  return {true, definition.redeliver_after, definition.redeliver_max};
}

Row delivery_of(const World& world, Row message) {
  for (Row d = 0; d < world.used(Pool::deliveries); ++d) {
    if (world.delivery(d).message == message) return d;
  }
  return no_row;
}

void forget(World& world, Row delivery) {
  DeliveryRow& row = world.delivery(delivery);
  if (row.timer != no_row) disarm(world, row.timer);
  row.message = no_row;
  world.give(Pool::deliveries, delivery);
}

/// Forgets the delivery and its reference to the message.
void give_up(World& world, Run& run, Row delivery) {
  const Row message = world.delivery(delivery).message;
  forget(world, delivery);
  release_message(world, run, message);
}

void acked(World& world, Run& run, Row delivery, AgentId agent, Row activation) {
  const Row message = world.delivery(delivery).message;
  if (watched(run, Seen::acked)) {
    const MessageRow& row = world.message(message);
    observe(world, run,
            {.kind = Seen::acked,
             .topic = row.topic,
             .agent = agent,
             .other = row.from,
             .activation = activation,
             .instance = row.instance,
             .row = message});
  }
  give_up(world, run, delivery);
}

void dead_letter(World& world, Run& run, Row delivery) {
  const Row message = world.delivery(delivery).message;
  const MessageRow& row = world.message(message);
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
  give_up(world, run, delivery);
}

/// A copy of the message sets out again: to its queue, or to the agent that had it in its mailbox. It arrives at once, or as
/// late as a message would (`travels`): what fails for ever must not do so at one instant.
void come_again(World& world, Run& run, Row delivery, bool travels = false) {
  const Row message = world.delivery(delivery).message;
  const TopicInfo& topic = run.model.topic(world.message(message).topic);
  const Redelivery rule = redelivery_of(world, run.model, topic, world.message(message).to);
  const std::uint32_t most = rule.max;
  const bool bounded = most != 0;
  if (bounded && world.delivery(delivery).again >= most) {
    dead_letter(world, run, delivery);
    return;
  }
  world.reserve(Pool::messages, 1);
  const Row copy = world.take_raw(Pool::messages);
  const MessageRow& row = world.message(message);
  write_message(world, run.model, copy, row.from, row.instance,
                {.to = topic.mode == TopicInfo::Mode::queue ? nobody : row.to,
                 .topic = row.topic,
                 .present = row.present,
                 .fields = world.fields(message),
                 .artifact = row.artifact,
                 .request = row.request},
                Place::stray);
  if (topic.again_field != no_field) {
    // By the clock it may come again for ever: then it says that it has, and not how often, lest no state be like another.
    std::int64_t& again = world.fields(copy)[topic.again_field];
    again = rule.after > Duration::zero() ? 1 : again + 1;
    world.message(copy).present |= static_cast<std::uint8_t>(1U << topic.again_field);
  }
  if (run.timed) {
    world.message_shadow(copy) = world.message_shadow(message);
    world.message_shadow(copy).copy += redelivered_copy;  // whoever handles it again draws anew
    ++world.clock().copied;
    Instant arrival = world.clock().now;
    if (travels) {
      const MessageShadow& named = world.message_shadow(copy);
      const SiteKey site = child_key(named.origin, named.occurrence);
      const std::uint32_t instance = row.instance == no_row ? 0 : world.instance(row.instance).number;
      const std::uint64_t base = draw_base(run.key, site, instance, named.copy);
      arrival = later(arrival, sample(run.model.network.latency, draw_value(base, again_purpose)));
    }
    world.calendar.push(arrival, Event::message(copy).row);
  }
  run.idle = false;
  if (bounded) {
    DeliveryRow& again = world.delivery(delivery);
    ++again.again;
    again.message = copy;
    again.activation = again.timer = no_row;
    release_message(world, run, message);
  } else {
    give_up(world, run, delivery);  // nothing need be remembered until it is taken again
  }
}

/// Of what an activation took and nobody has acknowledged, what it took first.
Row first_of(const World& world, Row activation) {
  Row first = no_row;
  for (Row d = 0; d < world.used(Pool::deliveries); ++d) {
    const DeliveryRow& row = world.delivery(d);
    if (row.message == no_row || row.activation != activation) continue;
    if (first == no_row || static_cast<std::int32_t>(row.number - world.delivery(first).number) < 0) first = d;
  }
  return first;
}

/// Whether two messages are one that has come again.
bool are_copies(const World& world, const Model& model, Row one, Row other, std::uint8_t again_field) {
  const MessageRow& a = world.message(one);
  const MessageRow& b = world.message(other);
  if (a.from != b.from || a.to != b.to || a.instance != b.instance || a.topic != b.topic || a.artifact != b.artifact)
    return false;
  for (std::uint8_t f = 0; f < model.fields; ++f) {
    if (f != again_field && world.fields(one)[f] != world.fields(other)[f]) return false;
  }
  return true;
}

/// Where a message counts how often it came again, its copies are one message: whoever ends well has done what all of them
/// ask for, and none that is in hand comes again.
void forget_copies(World& world, Run& run, Row activation) {
  const Row handled = world.activation(activation).message;
  if (handled == no_row || is_reply(world.message(handled).topic)) return;
  const std::uint8_t again_field = run.model.topic(world.message(handled).topic).again_field;
  if (again_field == no_field) return;
  for (Row d = 0; d < world.used(Pool::deliveries); ++d) {
    const DeliveryRow& row = world.delivery(d);
    if (row.message == no_row || row.activation == activation || row.activation == no_row) continue;
    if (are_copies(world, run.model, handled, row.message, again_field)) give_up(world, run, d);
  }
}

}  // namespace

void file_delivery(World& world, Run& run, Row activation, Row message) {
  const TopicId id = world.message(message).topic;
  if (is_reply(id)) return;
  const TopicInfo& topic = run.model.topic(id);
  const Redelivery redelivery = redelivery_of(world, run.model, topic, world.activation(activation).agent);
  if (!redelivery.acked) return;
  Row delivery = delivery_of(world, message);
  if (delivery == no_row) {
    world.reserve(Pool::deliveries, 1);
    delivery = world.take(Pool::deliveries);
  }
  retain_message(world, message);
  const Row timer = redelivery.after > Duration::zero() ? arm(world, run, TimerKind::redelivery, message,
                                                              world.message(message).instance, redelivery.after)
                                                        : no_row;
  DeliveryRow& row = world.delivery(delivery);
  row = {.next = no_row,
         .message = message,
         .activation = activation,
         .timer = timer,
         .number = world.header().waits++,
         .again = row.again};
}

void forget_acks(World& world, Run& run, Row activation, Handled handled) {
  const AgentId agent = world.activation(activation).agent;
  if (handled == Handled::well) forget_copies(world, run, activation);
  const Duration missed_after = run.model.definition(world.agent(agent).definition).missed_after;
  for (Row delivery = first_of(world, activation); delivery != no_row; delivery = first_of(world, activation)) {
    const bool is_missed_late = handled == Handled::crashed && missed_after > Duration::zero();
    if (handled == Handled::well) {
      acked(world, run, delivery, agent, activation);
    } else if (world.delivery(delivery).timer != no_row) {
      world.delivery(delivery).activation = no_row;
    } else if (is_missed_late) {
      const Row message = world.delivery(delivery).message;
      const Row timer = arm(world, run, TimerKind::redelivery, message, world.message(message).instance, missed_after);
      world.delivery(delivery).timer = timer;
      world.delivery(delivery).activation = no_row;
    } else {
      come_again(world, run, delivery, handled == Handled::failed);
    }
  }
}

void redelivery_due(World& world, Run& run, const TimerRow& due) {
  const Row delivery = delivery_of(world, due.target);
  world.delivery(delivery).timer = no_row;
  come_again(world, run, delivery);
}

void forget_delivery(World& world, Row message) {
  if (const Row delivery = delivery_of(world, message); delivery != no_row) forget(world, delivery);
}

void close_deliveries(World& world, Run& run, Row instance) {
  for (Row d = 0; d < world.used(Pool::deliveries); ++d) {
    const Row message = world.delivery(d).message;
    if (message == no_row || world.message(message).instance != instance) continue;
    if (world.message(message).place == Place::held) {
      give_up(world, run, d);
    } else {
      forget(world, d);
    }
  }
}

}  // namespace detail

void Turn::acknowledge(Row message) {
  if (!model().acks) return;
  const Row delivery = detail::delivery_of(world, message);
  if (delivery != no_row) detail::acked(world, run, delivery, self, activation);
}

}  // namespace squall::sim
