// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

/// Steps that take time or touch what others share: context, tools, resources, other agents.
namespace squall::scenarios::body {

[[gnu::always_inline]] inline std::uint32_t work(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  bool ok = false;
  const sim::Duration time = f.time(f.code.times[op.b], q, ok);
  if (!ok) return op.handler;
  if (const auto wrong = static_cast<std::uint32_t>(op.value); wrong != 0) {
    // Whether it goes wrong is drawn with its time, under one name.
    f.locals()[static_cast<std::uint16_t>(op.value >> 32)] =
        f.turn.chance(q, wrong_purpose, sim::Probability{wrong}) ? 1 : 0;
  }
  f.turn.row().pc = f.position(op);
  sim::here::busy(f.turn, sim::TimerKind::work, f.turn.paced(time));
  return stop;
}

inline std::uint32_t sleep(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  bool ok = false;
  const sim::Duration time = f.time(f.code.times[op.b], q, ok);
  if (!ok) return op.handler;
  f.turn.row().pc = f.position(op);
  f.turn.busy(sim::TimerKind::work, time);
  return stop;
}

/// A shared step has been refused: its failure shows once the step is over, so that it takes a turn like any other.
inline void note(Frame& f, sim::Error error) {
  if (error != sim::Error::none) f.locals()[f.code.pending.packed] = static_cast<std::int64_t>(error);
}

inline std::uint32_t busy_for_context(Frame& f, const Op& op, const sim::Question& q, sim::Error error) {
  note(f, error);
  f.turn.row().pc = f.position(op);
  f.turn.busy(sim::TimerKind::latency, f.turn.context_latency(sim::KeyId{static_cast<std::uint16_t>(op.a)}, q));
  return stop;
}

inline std::uint32_t read(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  const sim::ReadResult result = f.turn.read(sim::KeyId{static_cast<std::uint16_t>(op.a)}, q);
  if (result.error == sim::Error::none) {
    std::int64_t* locals = f.locals();
    if (op.x != no_slot) locals[op.x] = result.has_value ? result.value : 0;
    if (op.y != no_slot) locals[op.y] = result.version;
    if (op.c != no_slot) locals[op.c] = result.has_value ? 1 : 0;
    if (op.b != no_slot && result.artifact != sim::no_row) {
      f.turn.retain_artifact(result.artifact);
      f.hold(static_cast<std::uint16_t>(op.b), result.artifact);
    }
  }
  return busy_for_context(f, op, q, result.error);
}

inline std::uint32_t write(Frame& f, const Op& op) {
  std::int64_t value = 0, piece = 0;
  if (!f.load(op.operands[0], value)) return op.handler;
  if (!f.load(Operand{static_cast<std::uint16_t>(op.c)}, piece)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  const sim::Row artifact = piece == 0 ? sim::no_row : static_cast<sim::Row>(piece - 1);
  const sim::Error error = f.turn.write(sim::KeyId{static_cast<std::uint16_t>(op.a)}, value, artifact, q);
  return busy_for_context(f, op, q, error);
}

inline std::uint32_t compare_and_set(Frame& f, const Op& op) {
  std::int64_t value = 0, expected = 0;
  if (!f.load(op.operands[0], value)) return op.handler;
  if (!f.load(op.operands[1], expected)) return op.handler;
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  // No key has so many versions: a number that does not fit matches none.
  const std::uint32_t version =
      expected < 0 || expected > 0xffff'fffe ? 0xffff'ffffU : static_cast<std::uint32_t>(expected);
  const sim::Error error =
      f.turn.compare_and_set(sim::KeyId{static_cast<std::uint16_t>(op.a)}, version, value, sim::no_row, q);
  return busy_for_context(f, op, q, error);
}

std::uint32_t call(Frame& f, const Op& op);

/// A lease's grant: its token, and until when it holds.
inline void bind_grant(Frame& f, const Op& op) {
  const sim::ResourceId resource{static_cast<std::uint16_t>(op.a)};
  if (op.x != no_slot) f.locals()[op.x] = f.turn.token(resource);
  if (op.y != no_slot)
    f.locals()[op.y] = (f.turn.now() + f.turn.model().resource(resource).period).time_since_epoch().count();
}

inline std::uint32_t acquire(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  sim::Error error = sim::Error::none;
  f.turn.row().pc = f.position(op);
  const sim::Row granted = f.turn.acquire(sim::ResourceId{static_cast<std::uint16_t>(op.a)}, error, q);
  if (error != sim::Error::none) {
    note(f, error);
    return f.yield_to(f.position(op));
  }
  if (granted == sim::no_row) return stop;  // it stands in line
  bind_grant(f, op);
  return f.yield_to(op.next);
}

inline std::uint32_t renew(Frame& f, const Op& op) {
  std::uint32_t end = 0;
  if (!f.begin_plain(op, end)) return end;
  const sim::Error error = f.turn.renew(sim::ResourceId{static_cast<std::uint16_t>(op.a)});
  note(f, error);
  return f.yield_to(error == sim::Error::none ? op.next : f.position(op));
}

inline std::uint32_t release(Frame& f, const Op& op) {
  std::uint32_t end = 0;
  if (!f.begin_plain(op, end)) return end;
  const sim::Error error = f.turn.release(sim::ResourceId{static_cast<std::uint16_t>(op.a)});
  note(f, error);
  return f.yield_to(error == sim::Error::none ? op.next : f.position(op));
}

std::uint32_t spawn(Frame& f, const Op& op);
std::uint32_t cancel(Frame& f, const Op& op);
std::uint32_t watch(Frame& f, const Op& op);

inline std::uint32_t checkpoint(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  f.turn.row().pc = op.next;  // where a restart goes on
  f.turn.checkpoint(static_cast<std::uint64_t>(op.value), q);
  return f.yield_to(op.next);
}

}  // namespace squall::scenarios::body
