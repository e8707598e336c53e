// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/kernel.hpp"

/// What every message goes through, several times an event, and therefore inline: rows are looked up once, and what only
/// some models have (artifacts, acknowledgements, observers) is a call behind a test.
namespace squall::sim::detail {

/// A message that is being written: its row is taken, its fields are still to be filled, absent ones with 0.
struct Draft {
  Row row;
  MessageRow& message;
  std::int64_t* fields() const { return World::after<std::int64_t>(message); }
};
/// Reserves.
inline Draft begin_draft(World& world) {
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  return {row, world.message(row)};
}

/// All of a message but its fields; with a reference to its artifact. Counts it in its instance.
inline void write_head(World& world, MessageRow& message, AgentId from, Row instance, InstanceRow* of,
                       const Outgoing& out, Place place) {
  message = {.next = no_row,
             .from = from,
             .to = out.to,
             .instance = instance,
             .artifact = out.artifact,
             .order = world.header().sends++,
             .request = out.request,
             .topic = out.topic,
             .place = place,
             .present = out.present};
  if (out.artifact != no_row) [[unlikely]]
    retain_artifact(world, out.artifact);
  if (of != nullptr) {
    ++of->messages;
    if (under_way(place)) ++of->pending;
  }
}

inline void copy_fields(const Model& model, const Outgoing& out, std::int64_t* fields) {
  std::uint32_t present = out.present;
  for (std::uint32_t f = 0, count = model.fields; f < count; ++f, present >>= 1)
    fields[f] = (present & 1) != 0 ? out.fields[f] : 0;
}

/// Writes a whole message row in `place`.
inline void write_message(World& world, const Model& model, Row row, AgentId from, Row instance, const Outgoing& out,
                          Place place) {
  MessageRow& message = world.message(row);
  write_head(world, message, from, instance, instance == no_row ? nullptr : &world.instance(instance), out, place);
  copy_fields(model, out, World::after<std::int64_t>(message));
}

/// Frees a message row and its artifact reference. Requires: in no list.
inline void drop_message(World& world, Run& run, Row message, MessageRow& row) {
  if (run.model.acks) [[unlikely]]
    forget_delivery(world, message);
  if (row.artifact != no_row) [[unlikely]]
    release_artifact(world, row.artifact);
  if (row.instance != no_row) --world.instance(row.instance).messages;
  row.place = Place::free;
  world.give(Pool::messages, message, row);
}
inline void drop_message(World& world, Run& run, Row message) {
  drop_message(world, run, message, world.message(message));
}

/// A message is neither under way to `agent` any more nor in its inbox: whoever waits for room there goes on. After the
/// message is gone or held, and before a turn that may want the same room.
inline void leave_room(World& world, Run& run, AgentId agent) {
  if (!run.model.bounded_inboxes) [[likely]]
    return;
  if (agent != nobody && run.model.definition(world.agent(agent).definition).inbox != unlimited)
    room_made(world, run, agent);
}

/// From now on a taken message is held, once.
inline void hold(MessageRow& message) {
  message.place = Place::held;
  message.order = 1;
  message.next = no_row;
}
inline void hold(World& world, Row message) { hold(world.message(message)); }

/// Another holder of a held message, and one holder less; the last one frees it.
inline void retain_message(World& world, Row message) { ++world.message(message).order; }
inline void release_message(World& world, Run& run, Row message) {
  MessageRow& row = world.message(message);
  if (--row.order == 0) drop_message(world, run, message, row);
}

/// An activation has taken `message`: it has seen its artifact. Reserves where there is one.
inline void consumed(World& world, Run& run, Row activation, Row message, const MessageRow& row) {
  if (run.timed) ++world.clock().consumed;
  if (row.artifact != no_row || run.model.acks) [[unlikely]]
    return consumed_slowly(world, run, activation, message);
  if (watched(run, Seen::consumed)) [[unlikely]]
    observe_consumption(world, run, activation, message, row);
}
inline void consumed(World& world, Run& run, Row activation, Row message) {
  consumed(world, run, activation, message, world.message(message));
}

/// Whether `message` has the property that `source` asks for. Requires: it asks for one. (mailbox.cpp)
bool has_property(const Model&, const World&, Row activation, const Source& source, Row message);

/// Whether `message` could serve `source` for `activation` (sender, topic, where).
inline bool matches(const Model& model, const World& world, Row activation, const Source& source, Row message,
                    const MessageRow& row) {
  if (source.topic == any_topic ? is_reply(row.topic) : source.topic != row.topic) return false;
  if (source.from == Source::From::members) {
    if (index(row.from) - index(source.first) >= source.members) return false;
  } else if (source.from == Source::From::local) {
    if (std::int64_t{index(row.from)} + 1 != world.locals(activation)[source.local]) return false;
  }
  return source.where == 0 || has_property(model, world, activation, source, message);
}
inline bool matches(const Model& model, const World& world, Row activation, const Source& source, Row message) {
  return matches(model, world, activation, source, message, world.message(message));
}

/// `meets_alone` of a message whose topic does not decide it. (mailbox.cpp)
bool meets_alone_slowly(const Model&, const World&, Row activation, const WaitSpec&, Row message, const MessageRow&);

/// Whether `message` alone meets `wait`: serves a source that wants no more than one.
inline bool meets_alone(const Model& model, const World& world, Row activation, const WaitSpec& wait, Row message,
                        const MessageRow& row) {
  const std::uint32_t topic = index(row.topic);
  if (topic < 64 && (wait.alone >> topic & 1) != 0) return true;
  return meets_alone_slowly(model, world, activation, wait, message, row);
}
inline bool meets_alone(const Model& model, const World& world, Row activation, const WaitSpec& wait, Row message) {
  return meets_alone(model, world, activation, wait, message, world.message(message));
}

/// A wait of this turn is seen to begin. (mailbox.cpp)
void observe_wait(const Turn&, Wait, std::uint32_t argument);

/// The bookkeeping of each beginning wait; `row` is that of the turn.
inline void begin_wait(Turn& turn, ActivationRow& row, Wait wait, std::uint32_t argument) {
  row.phase = Phase::waiting;
  row.wait = wait;
  row.wait_arg = argument;
  row.line = turn.world.header().waits++;
  if (turn.run.plain || turn.run.timed) turn.world.acting.shadow->since = turn.world.clock().now;
  if (watched(turn.run, Seen::waited)) [[unlikely]]
    observe_wait(turn, wait, argument);
}

/// `arm`, where timers are many.
inline Row arm_here(World& world, Run& run, TimerKind kind, Row target, Row instance, Duration after,
                    std::uint32_t timer_detail = 0) {
  world.reserve(Pool::timers, 1);
  const Row row = world.take_raw(Pool::timers);
  world.timer(row) = {
      .target = target, .instance = instance, .detail = timer_detail, .kind = kind, .why = 0, .spare = {}};
  if (instance != no_row) ++world.instance(instance).pending;
  if (run.timed) world.calendar.push(later(world.clock().now, after), Event::timer(row).row);
  run.idle = false;
  return row;
}

}  // namespace squall::sim::detail
