// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/bodies_branches.hpp"
#include "scenarios/agents/bodies_messages.hpp"
#include "scenarios/agents/bodies_shared.hpp"

/// How a turn begins: the rest of the operation that the activation was in.
namespace squall::scenarios {

using sim::Error;
using sim::no_row;
using sim::Row;
using sim::Wake;

namespace {

std::uint32_t work_done(Frame& f, const Op& op) {
  if (op.code != OpCode::work || sim::ArtifactName{op.a} == sim::no_name) return op.next;
  Row from[fields_max];
  std::size_t parents = 0;
  for (std::size_t p = 0; p < op.present; ++p) {
    std::int64_t piece = 0;
    if (!f.load(op.operands[p], piece)) return op.handler;
    if (piece != 0) from[parents++] = static_cast<Row>(piece - 1);
  }
  bool sound = true;
  if (static_cast<std::uint32_t>(op.value) != 0) {
    std::int64_t& wrong = f.locals()[static_cast<std::uint16_t>(op.value >> 32)];
    sound = wrong == 0;
    wrong = 0;
  }
  const bool armed = (f.turn.world.header().armed & static_cast<std::uint32_t>(sim::Strike::artifact)) != 0;
  const sim::Question q = armed ? f.turn.last_question({op.site, op.counter}) : sim::Question{};
  const Row made = f.turn.make(sim::ArtifactName{op.a}, {from, parents}, sound, q);
  f.turn.see(made);
  if (op.x != no_slot) {
    f.turn.retain_artifact(made);
    f.hold(op.x, made);
  }
  if (op.y != no_slot) {
    f.turn.retain_artifact(made);
    f.hold(op.y, made);
  }
  f.turn.release_artifact(made);
  return op.next;
}

std::uint32_t call_done(Frame& f, const Op& op, Row row) {
  const sim::CallRow& call = f.turn.world.call(row);
  if (call.error != 0) {
    f.failing = {.error = static_cast<Error>(call.error)};
    if (f.failing.error == Error::rate_limited && f.turn.run.timed)
      f.failing.retry_after = f.turn.world.call_shadow(row).retry_after.count();
    return op.handler;
  }
  if (op.x != no_slot) f.locals()[op.x] = call.result;
  return op.next;
}

std::uint32_t done(Frame& f, const Op& op, const Wake& wake) {
  if (f.code.pending.packed != no_slot) {
    if (std::int64_t& pending = f.locals()[f.code.pending.packed]; pending != 0) {
      const Error error = static_cast<Error>(pending);
      pending = 0;
      f.failing = {.error = error};
      if (error == Error::rate_limited && op.code == OpCode::acquire)
        f.failing.retry_after = f.turn.retry_after(sim::ResourceId{static_cast<std::uint16_t>(op.a)}).count();
      return op.handler;
    }
  }
  if (op.code == OpCode::call) return call_done(f, op, wake.row);
  return work_done(f, op);
}

std::uint32_t satisfied(Frame& f, const Op& op, Row row) {
  if (op.code == OpCode::receive) [[likely]] {
    body::bind(f, op, row);
    return op.next;
  }
  // The answer to an ask.
  const sim::MessageRow& answer = f.turn.world.message(row);
  if (index(answer.topic) < index(sim::reply_topic)) {
    f.failing = {.error = static_cast<Error>(index(answer.topic) - index(sim::error_reply_topic)), .from = answer.from};
    f.turn.release_message(row);
    return op.handler;
  }
  if (op.y == no_slot) {
    f.turn.release_message(row);
  } else {
    f.hold(op.y, row);
  }
  return op.next;
}

/// What an operation that is cut short would have failed with is gone with it.
void forget_pending(Frame& f) {
  if (f.code.pending.packed != no_slot) f.locals()[f.code.pending.packed] = 0;
}

/// A bound has struck: every scope inside it is cut short, and at its owner the failure becomes a `timeout`.
std::uint32_t struck(Frame& f, const Op& op, std::uint32_t bound) {
  f.locals()[f.code.bounds[bound - 1]] = 0;
  forget_pending(f);
  if (op.code == OpCode::receive && op.c == bound) {
    const Row enough = f.turn.try_receive(op.a, true);
    if (enough != no_row) {
      body::bind(f, op, enough);
      return op.next;
    }
  }
  f.failing = {.error = Error::cancelled, .struck = bound};
  if (op.code == OpCode::abandon) {
    f.merge(f.code.failures[op.a]);
    f.failing = {};
    return body::wait_for_abandoned(f, op);
  }
  return op.handler;
}

std::uint32_t asked_to_stop(Frame& f, const Op& op) {
  forget_pending(f);
  const std::uint32_t handler = f.cancelled(op);
  if (op.code != OpCode::abandon) return handler;
  f.merge(f.code.failures[op.a]);
  f.failing = {};
  return body::wait_for_abandoned(f, op);
}

}  // namespace

std::uint32_t resume(Frame& f, const Wake& wake) {
  const std::uint32_t at = f.turn.row().pc;
  const Op& op = f.ops[at];
  switch (wake.why) {
    case Wake::Why::ready:
      if (f.code.pending.packed != no_slot && f.locals()[f.code.pending.packed] != 0) return done(f, op, wake);
      return at;
    case Wake::Why::satisfied: return satisfied(f, op, wake.row);
    case Wake::Why::done: return done(f, op, wake);
    case Wake::Why::granted: body::bind_grant(f, op); return op.next;
    case Wake::Why::joined:
      if (op.code == OpCode::abandon) return body::wait_for_abandoned(f, op);
      if (op.code == OpCode::end) return at;
      return body::joined(f, op, static_cast<Error>(wake.row));
    case Wake::Why::timeout: return struck(f, op, wake.detail);
    case Wake::Why::cancelled: return asked_to_stop(f, op);
    default: return at;  // start; room, where the send is tried again
  }
}

}  // namespace squall::scenarios
