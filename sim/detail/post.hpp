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

/// The same for one that a fault may strike; its fields stand in its row.
Row leave_struck(World&, Run&, const Link&, const Outgoing&, const Question&, const Target&);
Row post_untimed(World&, Run&, AgentId from, Row activation, Row instance, const Outgoing&);
void observe_send(World&, Run&, AgentId from, Row activation, Row instance, const Outgoing&, Row message);

/// Whether a fault must be asked about a send with these draws.
inline bool may_be_struck(const World& world, const Run& run, AgentId from, TopicId topic, std::uint64_t base) {
  if (!armed(world, Strike::send)) return false;
  if (run.odds == nullptr || world.header().fault_state != 0) return true;
  return run.odds->come_up(from == nobody ? run.odds->outside : index(world.agent(from).definition), topic, base);
}

/// Who sends: an agent, in a turn, for an instance; each may be missing.
struct Sender {
  AgentId agent;
  Row activation;
  Row instance;
  InstanceRow* of;
};

/// What of a send in a timed run is left when its fields are written. `plain`: `Run::plain` holds, and a turn sends.
template <bool plain>
[[gnu::always_inline]] inline Row post_draft(World& world, Run& run, const Sender& sender, const Outgoing& out,
                                             const Question& q, const Draft& draft) {
  const Row row = draft.row;
  const std::uint64_t base = draw_base(run.key, q.site, q.instance, q.occurrence);
  const Network& network = run.model.network;
  const Link link = plain ? Link{&network.latency, network.fifo} : link_between(run.model, world, sender.agent, out.to);
  Duration latency = sample(*link.latency, draw_value(base, latency_purpose));
  if constexpr (!plain) {
    if (!run.model.pins.empty() && sender.activation != no_row) {
      const Pin* pin = pin_of(world, run.model, sender.activation, q, Pin::Of::time);
      if (pin != nullptr) latency = Duration{pin->answer};
    }
  }
  write_head(world, draft.message, sender.agent, sender.instance, sender.of, out, Place::in_flight);
  world.message_shadow(row) = {.origin = q.site, .occurrence = q.occurrence, .copy = 0};
  Clock& clock = world.clock();
  ++clock.sent;
  if (watched(run, Seen::sent)) [[unlikely]]
    observe_send(world, run, sender.agent, sender.activation, sender.instance, out, row);
  bool struck = false;
  if constexpr (plain) {
    struck = armed(world, Strike::send) &&
             (world.header().fault_state != 0 ||
              run.odds->come_up_declared(index(world.acting.owner->definition), out.topic, base));
  } else {
    if (run.model.is_inner(out.topic)) {
      leave(world, link, row, sender.agent, out.to, sender.instance, clock.now);
      return row;
    }
    struck = may_be_struck(world, run, sender.agent, out.topic, base);
  }
  if (struck) [[unlikely]] {
    // Copies: who hands out the address of a value keeps it out of the registers for all who are not struck.
    const Outgoing sent{.to = out.to,
                        .topic = out.topic,
                        .present = out.present,
                        .fields = nullptr,
                        .artifact = out.artifact,
                        .request = out.request};
    const Question asked{.site = q.site, .instance = q.instance, .occurrence = q.occurrence};
    const Link way{link.latency, link.fifo};
    return leave_struck(world, run, way, sent, asked,
                        {.strike = Strike::send,
                         .agent = sender.agent,
                         .other = out.to,
                         .topic = out.topic,
                         .activation = sender.activation,
                         .instance = sender.instance,
                         .row = row,
                         .detail = 0,
                         .base = base,
                         .latency = latency});
  }
  leave(world, link, row, sender.agent, out.to, sender.instance, later(clock.now, latency));
  return row;
}

inline Sender sender_of(const Turn& turn) { return {turn.self, turn.activation, turn.instance, turn.world.acting.of}; }

/// A turn sends. Where sends are many: it is inline.
[[gnu::always_inline]] inline void send_here(Turn& turn, const Outgoing& out, const Question& q) {
  if (!turn.run.plain) [[unlikely]] {
    post(turn.world, turn.run, turn.self, turn.activation, turn.instance, out, q);
    return;
  }
  const Draft draft = begin_draft(turn.world);
  copy_fields(turn.run.model, out, draft.fields());
  post_draft<true>(turn.world, turn.run, sender_of(turn), out, q, draft);
}

}  // namespace squall::sim::detail
