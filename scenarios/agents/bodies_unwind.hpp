// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

/// What timeouts, deadlines, retries, `otherwise`, `finally` and `undo` are made of. A failure is `Frame::failing` on its way
/// from handler to handler; each of these looks at it and keeps it, changes it or passes it on.
namespace squall::scenarios::body {

inline std::uint32_t bound_begin(Frame& f, const Op& op) {
  const TimeOf& limit = f.code.times[op.b];
  sim::Question q;
  if (f.answers(limit)) q = f.ask(op);
  bool ok = false;
  const sim::Duration after = f.time(limit, q, ok);
  if (!ok) return op.handler;
  const sim::Row timer = f.turn.arm(op.flags != 0 ? sim::TimerKind::deadline : sim::TimerKind::timeout, after, op.a);
  f.locals()[op.x] = timer == sim::no_row ? 0 : std::int64_t{timer} + 1;
  return op.next;
}

inline void disarm(Frame& f, const Op& op) {
  std::int64_t& timer = f.locals()[op.x];
  if (timer == 0) return;  // it has struck
  f.turn.disarm(static_cast<sim::Row>(timer - 1));
  timer = 0;
}

inline std::uint32_t bound_end(Frame& f, const Op& op) {
  disarm(f, op);
  return op.next;
}

inline std::uint32_t bound_failed(Frame& f, const Op& op) {
  disarm(f, op);
  if (f.failing.struck == op.a) f.failing = {.error = sim::Error::timeout, .from = f.failing.from};
  return op.handler;
}

inline std::uint32_t retry_begin(Frame& f, const Op& op) {
  const RetryOf& retry = f.code.retries[op.a];
  f.locals()[retry.attempts] = 0;
  if (retry.request != no_slot) f.locals()[retry.request] = 0;
  if (retry.calls != no_slot) ++f.turn.cells()[retry.calls];
  return op.next;
}

std::uint32_t retry_failed(Frame& f, const Op& op);
std::uint32_t otherwise(Frame& f, const Op& op);

inline std::uint32_t finally_begin(Frame& f, const Op& op) {
  f.locals()[f.code.failures[op.a].packed] = 0;
  return op.next;
}

inline std::uint32_t finally_failed(Frame& f, const Op& op) {
  f.save(f.code.failures[op.a]);
  f.failing = {};
  return op.next;
}

inline std::uint32_t finally_end(Frame& f, const Op& op) {
  const FailureSlots& slots = f.code.failures[op.a];
  if (f.locals()[slots.packed] == 0) return op.next;
  f.restore(slots);
  return op.handler;
}

inline std::uint32_t undo_begin(Frame& f, const Op& op) {
  f.locals()[op.x] = 0;
  return op.next;
}

/// Registered steps lie in one cell, 4 bits each, the newest lowest.
inline std::uint32_t undo_register(Frame& f, const Op& op) {
  const auto stack = static_cast<std::uint64_t>(f.locals()[op.x]);
  if (stack >> 60 != 0) return f.fail(op, sim::Error::overflow);
  f.locals()[op.x] = static_cast<std::int64_t>(stack << 4 | op.a);
  return op.next;
}

inline std::uint32_t undo_unknown(Frame& f, const Op& op) {
  const auto stack = static_cast<std::uint64_t>(f.locals()[op.x]);
  // Abandoned by its own timeout, or by whatever cut short what is around it: the call went on at the other side.
  const bool unknown = f.failing.error == sim::Error::timeout || f.failing.error == sim::Error::cancelled;
  if (op.a != 0 && unknown && stack >> 60 == 0) {
    f.locals()[op.x] = static_cast<std::int64_t>(stack << 4 | op.a);
  }
  return op.handler;
}

inline std::uint32_t undo_failed(Frame& f, const Op& op) {
  if (f.failing.error == finishing) return op.handler;
  f.save(f.code.failures[op.a]);
  f.failing = {};
  return op.next;
}

inline std::uint32_t undo_next(Frame& f, const Op& op) {
  const FailureSlots& slots = f.code.failures[op.a];
  f.merge(slots);  // an undo may have been cut short by what cuts short all of this
  f.failing = {};
  const auto stack = static_cast<std::uint64_t>(f.locals()[op.x]);
  f.locals()[op.x] = static_cast<std::int64_t>(stack >> 4);
  if (stack != 0) return f.code.targets[op.b + (stack & 15) - 1];
  f.restore(slots);
  return op.handler;
}

}  // namespace squall::scenarios::body
