// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

namespace squall::scenarios::body {

/// The values of a message's fields, and its artifact.
struct Filled {
  std::int64_t fields[fields_max];
  sim::Row artifact = sim::no_row;
};

inline bool fill(Frame& f, const Op& op, Filled& filled) {
  for (std::uint32_t left = op.present; left != 0; left &= left - 1) {
    const auto position = static_cast<unsigned>(__builtin_ctz(left));
    if (!f.load(op.operands[position], filled.fields[position])) return false;
  }
  if (op.c != 0) {
    std::int64_t piece = 0;
    if (!f.load(Operand{static_cast<std::uint16_t>(op.c)}, piece)) return false;
    if (piece != 0) filled.artifact = static_cast<sim::Row>(piece - 1);
  }
  return true;
}

inline sim::Outgoing outgoing(const Op& op, sim::AgentId to, const Filled& filled) {
  return {.to = to,
          .topic = sim::TopicId{op.x},
          .present = op.present,
          .fields = filled.fields,
          .artifact = filled.artifact};
}

/// The receiver that an expression yields; false where that is nobody.
inline bool receiver(Frame& f, const Op& op, sim::AgentId& to) {
  std::int64_t agent = 0;
  if (!f.load(Operand{static_cast<std::uint16_t>(op.value & 0xffff)}, agent)) return false;
  if (agent <= 0 || agent > std::int64_t{f.turn.world.used(sim::Pool::agents)}) {
    f.failing = {.error = sim::Error::no_field};
    return false;
  }
  to = sim::AgentId{static_cast<std::uint32_t>(agent - 1)};
  return true;
}

/// To several receivers, of whom any may have no room; the local `y` says how many were served before a wait.
std::uint32_t send_group(Frame& f, const Op& op, const Filled& filled);

inline std::uint32_t no_room(Frame& f, const Op& op, sim::AgentId to) {
  f.turn.unask({op.site, op.counter});
  f.turn.row().pc = f.position(op);
  f.turn.wait_room(to);
  return stop;
}

/// A send that may be to several, carry a piece of work or meet more than every run has.
std::uint32_t send_slowly(Frame& f, const Op& op);

/// What is known of a send before it is carried out.
enum class Sends : std::uint8_t {
  anything,  ///< nothing
  topic,     ///< to one agent that is named, no field
  field      ///< to one agent that is named, one field
};

/// Mostly the message goes to one agent, and its fields are written where they stay.
template <Sends known>
[[gnu::always_inline]] inline std::uint32_t send_as(Frame& f, const Op& op) {
  sim::Turn& turn = f.turn;
  if (!turn.run.plain || (known == Sends::anything && (op.b > 1 || op.c != 0))) [[unlikely]]
    return send_slowly(f, op);
  const sim::detail::Draft draft = sim::here::begin_draft(turn);
  std::int64_t* fields = draft.fields();
  std::uint32_t absent = ((1U << turn.model().fields) - 1) & ~std::uint32_t{op.present};
  for (; absent != 0; absent &= absent - 1) fields[__builtin_ctz(absent)] = 0;
  sim::AgentId to{op.a};
  bool written = true;
  if constexpr (known == Sends::field) {
    const auto position = static_cast<unsigned>(__builtin_ctz(op.present));
    written = f.load(op.operands[position], fields[position]);
  } else if constexpr (known == Sends::anything) {
    for (std::uint32_t left = op.present; left != 0 && written; left &= left - 1) {
      const auto position = static_cast<unsigned>(__builtin_ctz(left));
      written = f.load(op.operands[position], fields[position]);
    }
    written = written && (op.b == 1 || receiver(f, op, to));
  }
  if (!written) [[unlikely]] {
    sim::here::drop_draft(turn, draft);
    return op.handler;
  }
  const sim::Question q = turn.ask_plainly({op.site, op.counter});
  sim::here::send_draft(turn, {.to = to, .topic = sim::TopicId{op.x}, .present = op.present}, q, draft);
  return op.next;
}

[[gnu::always_inline]] inline std::uint32_t send(Frame& f, const Op& op) { return send_as<Sends::anything>(f, op); }

/// What a receive took is the program's, or nobody's.
inline void bind(Frame& f, const Op& op, sim::Row first) {
  if (op.x == no_slot) {
    const bool alone = f.turn.world.message(first).next == sim::no_row;
    return alone ? sim::here::release_message(f.turn, first) : f.drop_list(first);
  }
  if (op.y != no_slot) {
    f.retain(f.code.local_types[op.y], first);
    f.hold(op.y, first);
  }
  f.hold(op.x, first);
}

[[gnu::always_inline]] inline std::uint32_t receive(Frame& f, const Op& op) {
  std::uint32_t end = 0;
  if (!f.begin_plain(op, end)) return end;
  const sim::Row first = sim::here::try_receive(f.turn, op.a);
  if (first != sim::no_row) {
    bind(f, op, first);
    return f.yield_to(op.next);
  }
  f.turn.row().pc = f.position(op);
  sim::here::wait_mailbox(f.turn, op.a, op.flags != 0);
  return stop;
}

inline std::uint32_t ask(Frame& f, const Op& op) {
  Filled filled;
  if (!fill(f, op, filled)) return op.handler;
  sim::AgentId to{op.a};
  if (op.b == 0 && !receiver(f, op, to)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  const auto shared = static_cast<std::uint16_t>(op.value >> 16);
  std::uint32_t request = 0;
  if (shared == no_slot || f.locals()[shared] == 0) {
    request = f.turn.new_request();
  } else {
    request = static_cast<std::uint32_t>(f.locals()[shared]) + 1;  // the next attempt of the same request
  }
  sim::Outgoing out = outgoing(op, to, filled);
  out.request = request;
  const sim::Sent sent = f.turn.send(out, q);
  if (sent == sim::Sent::no_room) return no_room(f, op, to);
  if (shared != no_slot) f.locals()[shared] = request;
  if (sent == sim::Sent::rejected) return f.fail(op, sim::Error::rejected);
  f.turn.row().pc = f.position(op);
  f.turn.wait_reply(request);
  return stop;
}

inline sim::Row message_of(Frame& f, std::uint32_t where) {
  if (where == static_cast<std::uint32_t>(sim::MessageRef::handled)) return f.turn.row().message;
  const std::int64_t held = f.locals()[where];
  return held == 0 ? sim::no_row : static_cast<sim::Row>(held - 1);
}

inline std::uint32_t reply(Frame& f, const Op& op) {
  Filled filled;
  if (!fill(f, op, filled)) return op.handler;
  const sim::Row to = message_of(f, op.a);
  if (to == sim::no_row) return f.fail(op, sim::Error::no_field);
  const sim::Question q = f.ask(op);
  f.turn.reply(to,
               {.to = sim::nobody,
                .topic = sim::reply_topic,
                .present = op.present,
                .fields = filled.fields,
                .artifact = filled.artifact},
               static_cast<sim::Error>(op.b), q);
  return op.next;
}

inline std::uint32_t publish(Frame& f, const Op& op) {
  Filled filled;
  if (!fill(f, op, filled)) return op.handler;
  const sim::Question q = f.ask(op);
  f.turn.publish(outgoing(op, sim::nobody, filled), q);
  return op.next;
}

inline std::uint32_t subscribe(Frame& f, const Op& op) {
  std::int64_t from = 0;
  if (!f.load(op.operands[0], from)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  const std::uint32_t sequence = from < 0 || from > 0xffff'ffff ? 0xffff'ffffU : static_cast<std::uint32_t>(from);
  f.turn.subscribe(sim::TopicId{op.x}, sequence, q);
  return f.yield_to(op.next);
}

inline std::uint32_t discard(Frame& f, const Op& op) {
  f.turn.discard(op.a);
  return op.next;
}

inline std::uint32_t acknowledge(Frame& f, const Op& op) {
  const sim::Row message = message_of(f, op.a);
  if (message == sim::no_row) return f.fail(op, sim::Error::no_field);
  f.turn.acknowledge(message);
  return op.next;
}

/// A spawned member's first message becomes `msg`.
inline std::uint32_t adopt(Frame& f, const Op& op) {
  const sim::Row message = f.turn.row().message;
  if (message != sim::no_row) {
    f.turn.retain_message(message);
    f.hold(op.x, message);
  }
  return op.next;
}

}  // namespace squall::scenarios::body
