// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/kernel.hpp"

/// A send in a timed run, inline: what it may come to seldom is a call.
namespace squall::sim::detail {

inline constexpr Purpose latency_purpose = purpose("latency");

struct Link {
  const Distribution* latency;
  bool fifo;
};

/// Of links that the model declares one by one.
Link declared_link(const Model&, const World&, AgentId from, AgentId to);

inline Link link_between(const Model& model, const World& world, AgentId from, AgentId to) {
  const Network& network = model.network;
  if (!network.links.empty()) [[unlikely]]
    return declared_link(model, world, from, to);
  return {&network.latency, network.fifo};
}

/// A written message leaves; it would be there at `arrival`.
inline void leave(World& world, const Link& link, Row message, AgentId from, AgentId to, Row instance,
                  Instant arrival) {
  if (link.fifo) arrival = world.links.arrive(from, to, instance, arrival, world.clock().now);
  world.calendar.push(arrival, Event::message(message).row);
}

/// The same for one that a fault may strike.
Row leave_struck(World&, Run&, const Link&, const Outgoing&, const Question&, const Target&);
Row post_untimed(World&, Run&, AgentId from, Row activation, Row instance, const Outgoing&);
void observe_send(World&, Run&, AgentId from, Row activation, Row instance, const Outgoing&, Row message);

/// Whether a fault must be asked about a send with these draws.
inline bool may_be_struck(const World& world, const Run& run, AgentId from, TopicId topic, std::uint64_t base) {
  if (!armed(world, Strike::send)) return false;
  if (run.odds == nullptr || world.header().fault_state != 0) return true;
  return run.odds->come_up(from == nobody ? run.odds->outside : index(world.agent(from).definition), topic, base);
}

/// `post`, where sends are many.
[[gnu::always_inline]] inline Row post_here(World& world, Run& run, AgentId from, Row activation, Row instance,
                                            const Outgoing& out, const Question& q) {
  run.idle = false;
  if (!run.timed) [[unlikely]]
    return post_untimed(world, run, from, activation, instance, out);
  const std::uint64_t base = draw_base(run.key, q.site, q.instance, q.occurrence);
  const Link link = link_between(run.model, world, from, out.to);
  Duration latency = sample(*link.latency, draw_value(base, latency_purpose));
  if (!run.model.pins.empty() && activation != no_row) [[unlikely]] {
    const Pin* pin = pin_of(world, run.model, activation, q, Pin::Of::time);
    if (pin != nullptr) latency = Duration{pin->answer};
  }
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  write_message(world, run.model, row, from, instance, out, Place::in_flight);
  world.message_shadow(row) = {.origin = q.site, .occurrence = q.occurrence, .copy = 0};
  ++world.clock().sent;
  if (watched(run, Seen::sent)) [[unlikely]]
    observe_send(world, run, from, activation, instance, out, row);
  if (run.model.inner_topics && run.model.is_inner(out.topic)) [[unlikely]] {
    leave(world, link, row, from, out.to, instance, world.clock().now);
    return row;
  }
  if (may_be_struck(world, run, from, out.topic, base)) [[unlikely]] {
    return leave_struck(world, run, link, out, q,
                        {.strike = Strike::send,
                         .agent = from,
                         .other = out.to,
                         .topic = out.topic,
                         .activation = activation,
                         .instance = instance,
                         .row = row,
                         .detail = 0,
                         .base = base,
                         .latency = latency});
  }
  leave(world, link, row, from, out.to, instance, later(world.clock().now, latency));
  return row;
}

}  // namespace squall::sim::detail
