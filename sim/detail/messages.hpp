// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/kernel.hpp"

/// What every message goes through, several times an event, and therefore inline: rows are looked up once, and what only
/// some models have (artifacts, acknowledgements, observers) is a call behind a test.
namespace squall::sim::detail {

/// Writes a message row in `place`, with a reference to its artifact; counts it in its instance.
inline void write_message(World& world, const Model& model, Row row, AgentId from, Row instance, const Outgoing& out,
                          Place place) {
  MessageRow& message = world.message(row);
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
  auto* fields = World::after<std::int64_t>(message);
  std::uint32_t present = out.present;
  for (std::uint32_t f = 0, count = model.fields; f < count; ++f, present >>= 1)
    fields[f] = (present & 1) != 0 ? out.fields[f] : 0;
  if (out.artifact != no_row) retain_artifact(world, out.artifact);
  if (instance != no_row) {
    InstanceRow& of = world.instance(instance);
    ++of.messages;
    if (under_way(place)) ++of.pending;
  }
}

/// Frees a message row and its artifact reference. Requires: in no list.
inline void drop_message(World& world, Run& run, Row message) {
  if (run.model.acks) [[unlikely]]
    forget_delivery(world, message);
  MessageRow& row = world.message(message);
  if (row.artifact != no_row) release_artifact(world, row.artifact);
  if (row.instance != no_row) --world.instance(row.instance).messages;
  row.place = Place::free;
  world.give(Pool::messages, message);
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
  if (--world.message(message).order == 0) drop_message(world, run, message);
}

/// An activation has taken `message`: it has seen its artifact. Reserves.
inline void consumed(World& world, Run& run, Row activation, Row message) {
  if (run.timed) ++world.clock().consumed;
  if (const Row artifact = world.message(message).artifact; artifact != no_row) see(world, run, activation, artifact);
  if (run.model.acks) [[unlikely]]
    file_delivery(world, run, activation, message);
  if (watched(run, Seen::consumed)) [[unlikely]] {
    const MessageRow& taken = world.message(message);
    observe(world, run,
            {.kind = Seen::consumed,
             .topic = taken.topic,
             .agent = world.activation(activation).agent,
             .other = taken.from,
             .activation = activation,
             .instance = taken.instance,
             .row = message});
  }
}

/// Whether `message` could serve `source` for `activation` (sender, topic, where).
inline bool matches(const Model& model, const World& world, Row activation, const Source& source, Row message) {
  const MessageRow& row = world.message(message);
  if (source.topic == any_topic ? is_reply(row.topic) : source.topic != row.topic) return false;
  if (source.from == Source::From::members) {
    if (index(row.from) - index(source.first) >= source.members) return false;
  } else if (source.from == Source::From::local) {
    if (std::int64_t{index(row.from)} + 1 != world.locals(activation)[source.local]) return false;
  }
  if (source.where == 0) return true;
  const Behaviour& behaviour = *model.definition(world.agent(world.activation(activation).agent).definition).behaviour;
  return behaviour.accepts(model, world, activation, source.where, message);
}

/// Whether `message` alone meets `wait`: serves a source that wants no more than one.
inline bool meets_alone(const Model& model, const World& world, Row activation, const WaitSpec& wait, Row message) {
  if (wait.all && wait.sources.size() > 1) return false;
  for (const Source& source : wait.sources) {
    if (source.count_max == 1 && matches(model, world, activation, source, message)) return true;
  }
  return false;
}

}  // namespace squall::sim::detail
