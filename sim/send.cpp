// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "sim/comes_again.hpp"
#include "sim/detail/post.hpp"
#include "sim/digest.hpp"
#include "sim/lineage.hpp"

namespace squall::sim {
namespace detail {
namespace {

constexpr Purpose copy_purpose = purpose("copy latency");

/// A set instead of a multiset: is the same message already under way?
bool already_sent(const World& world, const Model& model, AgentId from, const Outgoing& out) {
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& row = world.message(m);
    if (!under_way(row.place) || row.from != from || row.to != out.to || row.topic != out.topic ||
        row.present != out.present || row.artifact != out.artifact) {
      continue;
    }
    bool same = true;
    for (std::uint32_t f = 0; f < model.fields; ++f) {
      same = same && ((out.present >> f & 1) == 0 || world.fields(m)[f] == out.fields[f]);
    }
    if (same) return true;
  }
  return false;
}

constexpr std::uint64_t spoils_artifact = std::uint64_t{1} << 63;
constexpr std::uint64_t unnoticed = std::uint64_t{1} << 62;
constexpr std::uint64_t takes_artifact = std::uint64_t{1} << 63;  // of `Verdict::removed`

/// Reserves.
void apply_changes(World& world, const Model& model, Row row, const Verdict& verdict) {
  if (verdict.content_of != no_row) {
    const MessageRow& earlier = world.message(verdict.content_of);
    MessageRow& message = world.message(row);
    if (earlier.artifact != no_row) retain_artifact(world, earlier.artifact);
    if (message.artifact != no_row) release_artifact(world, message.artifact);
    message.artifact = earlier.artifact;
    message.present = earlier.present;
    std::copy_n(world.fields(verdict.content_of), model.fields, world.fields(row));
  }
  if (const Row sent = world.message(row).artifact; sent != no_row && (verdict.changed & spoils_artifact) != 0) {
    const Row spoilt =
        spoil(world, sent, (verdict.changed & unnoticed) != 0);  // whoever else has the artifact keeps it as it was
    release_artifact(world, sent);
    world.message(row).artifact = spoilt;
  }
  std::int64_t* fields = world.fields(row);
  for (std::uint32_t f = 0; f < model.fields; ++f) {
    if ((verdict.changed >> f & 1) != 0) fields[f] = verdict.content;
    if ((verdict.removed >> f & 1) != 0) fields[f] = 0;  // what is not there is always the same
  }
  MessageRow& message = world.message(row);
  message.present &= static_cast<std::uint8_t>(~verdict.removed);
  if ((verdict.removed & takes_artifact) != 0 && message.artifact != no_row) {
    release_artifact(world, message.artifact);
    message.artifact = no_row;
  }
}

void redirect_to(World& world, Row message, AgentId to) { world.message(message).to = to; }

bool changes(const Verdict& verdict) {
  return (verdict.changed | verdict.removed) != 0 || verdict.content_of != no_row;
}

}  // namespace

Link declared_link(const Model& model, const World& world, AgentId from, AgentId to) {
  const Network& network = model.network;
  if (from != nobody && to != nobody) {
    const DefinitionId source = world.agent(from).definition;
    const DefinitionId target = world.agent(to).definition;
    for (const Network::Link& link : network.links) {
      if (link.from == source && link.to == target) return {&link.latency, link.fifo};
    }
  }
  return {&network.latency, network.fifo};
}

bool fifo_between(const Model& model, const World& world, AgentId from, AgentId to) {
  return link_between(model, world, from, to).fifo;
}

namespace {

/// A message that has just been written down and sent gets no further.
void lose_at_send(World& world, Run& run, AgentId from, Row activation, Row row) {
  const MessageRow& message = world.message(row);
  if (watched(run, Seen::lost)) {
    observe(world, run,
            {.kind = Seen::lost,
             .topic = message.topic,
             .agent = from,
             .other = message.to,
             .activation = activation,
             .instance = message.instance,
             .row = row});
  }
  if (message.instance != no_row) --world.instance(message.instance).pending;
  drop_message(world, run, row);
}

/// In a timed run a cut link is one more thing that may happen at a send.
bool cut(World& world, Run& run, AgentId from, Row row) {
  const MessageRow& message = world.message(row);
  const Target target{.strike = Strike::cut, .agent = from, .other = message.to, .topic = message.topic};
  return run.faults->strike(world, run, target).drop;
}

}  // namespace

void observe_send(World& world, Run& run, AgentId from, Row activation, Row instance, const Outgoing& out, Row row) {
  observe(world, run,
          {.kind = Seen::sent,
           .topic = out.topic,
           .agent = from,
           .other = out.to,
           .activation = activation,
           .instance = instance,
           .row = row});
}

Row post_untimed(World& world, Run& run, AgentId from, Row activation, Row instance, const Outgoing& out) {
  if (run.model.network.duplicating && already_sent(world, run.model, from, out)) {
    run.merged = true;
    return no_row;
  }
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, out, Place::in_flight);
  if (watched(run, Seen::sent)) observe_send(world, run, from, activation, instance, out, row);
  const bool safe = run.model.is_inner(out.topic) || comes_again(run.model, out.topic) > Duration::zero();
  if (armed(world, Strike::cut) && !safe && cut(world, run, from, row)) [[unlikely]] {
    lose_at_send(world, run, from, activation, row);
    return no_row;
  }
  return row;
}

Row leave_struck(World& world, Run& run, const Link& link, const Outgoing& head, const Question& q,
                 const Target& target) {
  const Model& model = run.model;
  const Row row = target.row;
  std::int64_t fields[std::numeric_limits<std::uint8_t>::digits];  // as they were, for copies
  std::copy_n(world.fields(row), model.fields, fields);
  Outgoing out = head;
  out.fields = fields;
  const AgentId from = target.agent;
  const Row instance = target.instance;
  Verdict verdict = run.faults->strike(world, run, target);
  if (verdict.kinds != 0) {
    digest_injection(world, from, paired(verdict.kinds, q.site + q.occurrence));
    if (verdict.drop && comes_again(model, out.topic) > Duration::zero()) {
      verdict.drop = false;
      verdict.delay = later(Instant{verdict.delay}, comes_again(model, out.topic)).time_since_epoch();
    }
    if (verdict.drop) {
      ++world.clock().lost;
      lose_at_send(world, run, from, target.activation, row);
      return no_row;
    }
    if (changes(verdict)) apply_changes(world, model, row, verdict);
  }
  const bool stray = verdict.overtake || verdict.redirect != nobody;
  if (stray) world.message(row).place = Place::stray;
  if (verdict.redirect != nobody) redirect_to(world, row, verdict.redirect);
  const Link way{link.latency, link.fifo && !stray};
  const Duration travel =
      checked_later(Instant{target.latency}, verdict.delay).value_or(end_of_time).time_since_epoch();
  leave(world, way, row, from, out.to, instance, later(world.clock().now, travel));
  for (std::uint32_t copy = 1; copy <= verdict.copies; ++copy) {
    world.reserve(Pool::messages, 1);
    const Row twin = world.take_raw(Pool::messages);
    write_message(world, model, twin, from, instance, out, Place::stray);
    if (changes(verdict)) apply_changes(world, model, twin, verdict);
    if (verdict.redirect != nobody) redirect_to(world, twin, verdict.redirect);
    world.message_shadow(twin) = {.origin = q.site, .occurrence = q.occurrence, .copy = copy};
    ++world.clock().copied;
    const Duration drawn = sample(*link.latency, draw_value(moremur(target.base + copy), copy_purpose));
    const Instant arrival = later(later(world.clock().now, drawn), verdict.copy_delay);
    // A copy travels by itself: it neither waits for its link nor holds it back.
    world.calendar.push(arrival, Event::message(twin).row);
  }
  return row;
}

Row post(World& world, Run& run, AgentId from, Row activation, Row instance, const Outgoing& out, const Question& q) {
  run.idle = false;
  if (!run.timed) return post_untimed(world, run, from, activation, instance, out);
  const Draft draft = begin_draft(world);
  copy_fields(run.model, out, draft.fields());
  InstanceRow* of = instance == no_row ? nullptr : &world.instance(instance);
  return post_draft<false>(world, run, {from, activation, instance, of}, out, q, draft);
}

void answer(World& world, Run& run, AgentId from, Row activation, Row request, const Outgoing& out, Error error,
            const Question& q) {
  MessageRow& asked = world.message(request);
  if (asked.request == 0 || asked.from == nobody) return;
  Outgoing reply = out;
  reply.to = asked.from;
  reply.request = asked.request;
  reply.topic = error == Error::none
                    ? reply_topic
                    : TopicId{static_cast<std::uint16_t>(index(error_reply_topic) + static_cast<std::uint32_t>(error))};
  const Row instance = asked.instance;
  asked.request = 0;  // answered: a second reply goes nowhere
  post(world, run, from, activation, instance, reply, q);
}

Row tell(World& world, Run& run, AgentId to, Row instance, TopicId topic, std::uint8_t present,
         const std::int64_t* fields, AgentId from) {
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, {.to = to, .topic = topic, .present = present, .fields = fields},
                Place::stray);  // it takes no time: it waits for nothing that its link still carries
  if (run.timed) {
    world.message_shadow(row) = {.origin = run.model.topic_keys[index(topic)], .occurrence = 0, .copy = 0};
    ++world.clock().sent;
    world.calendar.push(world.clock().now, Event::message(row).row);
  }
  if (watched(run, Seen::sent)) {
    observe(world, run,
            {.kind = Seen::sent, .topic = topic, .agent = from, .other = to, .instance = instance, .row = row});
  }
  return row;
}

}  // namespace detail

Sent Turn::room_for(AgentId to) const {
  if (to == nobody) return Sent::yes;
  const Definition& receiver = model().definition(world.agent(to).definition);
  if (receiver.inbox == unlimited) return Sent::yes;
  if (detail::inbox_load(world, to) < receiver.inbox && !detail::takes_no_more(world, run, to)) return Sent::yes;
  switch (receiver.full) {
    case Full::block: return Sent::no_room;
    case Full::reject: return Sent::rejected;
    default: return Sent::yes;  // these act at the delivery
  }
}

Sent Turn::send(const Outgoing& message, const Question& q) {
  if (run.model.bounded_inboxes) [[unlikely]] {
    if (const Sent refused = room_for(message.to); refused != Sent::yes) return refused;
  }
  detail::post(world, run, self, activation, instance, message, q);
  return Sent::yes;
}

Sent Turn::send(AgentId to, TopicId topic, std::initializer_list<std::int64_t> fields) {
  const Question q = ask({.key = run.model.topic_keys[index(topic)], .counter = index(topic)});
  const Outgoing message{.to = to,
                         .topic = topic,
                         .present = static_cast<std::uint8_t>((1U << fields.size()) - 1),
                         .fields = fields.begin()};
  if (run.model.bounded_inboxes) [[unlikely]] {
    if (const Sent refused = room_for(to); refused != Sent::yes) return refused;
  }
  detail::send_here(*this, message, q);
  return Sent::yes;
}

void Turn::reply(Row to, const Outgoing& message, Error error, const Question& q) {
  detail::answer(world, run, self, activation, to, message, error, q);
}

std::uint32_t Turn::new_request() {
  // One number for each ask; its attempts count in the low 8 bits.
  std::uint32_t& last = instance == no_row ? world.header().requests : world.instance(instance).next_request;
  return ++last << 8;
}

void lose(World& world, Run& run, Row message) {
  MessageRow& row = world.message(message);
  if (!under_way(row.place)) return;
  if (detail::watched(run, Seen::lost)) {
    detail::observe(world, run,
                    {.kind = Seen::lost,
                     .topic = row.topic,
                     .agent = row.from,
                     .other = row.to,
                     .instance = row.instance,
                     .row = message});
  }
  if (row.instance != no_row) --world.instance(row.instance).pending;
  run.idle = false;
  run.settle_all = true;  // nothing of its instance may be under way any more
  const AgentId to = row.to;
  if (!run.timed) {
    detail::drop_message(world, run, message);
    detail::leave_room(world, run, to);
    return;
  }
  // The calendar has no way to take it out: its row stays until it comes.
  ++world.clock().lost;
  if (run.model.acks) detail::forget_delivery(world, message);
  if (row.artifact != no_row) detail::release_artifact(world, row.artifact);
  if (row.instance != no_row) --world.instance(row.instance).messages;
  row.artifact = row.instance = no_row;
  row.place = Place::lost;
  detail::leave_room(world, run, to);
}

Row duplicate(World& world, Run& run, Row message) {
  world.reserve(Pool::messages, 1);
  const Row twin = world.take_raw(Pool::messages);
  const MessageRow& original = world.message(message);
  detail::write_message(world, run.model, twin, original.from, original.instance,
                        {.to = original.to,
                         .topic = original.topic,
                         .present = original.present,
                         .fields = world.fields(message),
                         .artifact = original.artifact,
                         .request = original.request},
                        Place::stray);
  run.idle = false;
  return twin;
}

void reorder(World& world, Run& run, Row message) {
  world.message(message).place = Place::stray;
  run.idle = false;
}

void corrupt(World& world, Run& run, Row message, const Verdict& verdict) {
  detail::apply_changes(world, run.model, message, verdict);
  run.idle = false;
}

void redirect(World& world, Run& run, Row message, AgentId to) {
  const AgentId meant = world.message(message).to;
  world.message(message).place = Place::stray;
  detail::redirect_to(world, message, to);
  detail::leave_room(world, run, meant);
  run.idle = false;
}

bool keeps_order(const Model& model, const World& world, AgentId from, AgentId to) {
  return detail::fifo_between(model, world, from, to);
}

}  // namespace squall::sim
