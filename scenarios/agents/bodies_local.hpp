// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

/// Bodies of operations: each runs one and returns the next position, or `stop`. Both dispatches call these same functions.
/// Here: what touches the activation's and its agent's own variables alone.
namespace squall::scenarios::body {

[[gnu::always_inline]] inline std::uint32_t jump(Frame&, const Op& op) { return op.next; }
inline std::uint32_t yield_jump(Frame& f, const Op& op) { return f.yield_to(op.next); }

[[gnu::always_inline]] inline std::uint32_t branch(Frame& f, const Op& op) {
  if (op.by_topic != 0) {
    if (const std::int64_t held = f.locals()[op.operands[0].number()]; held != 0) [[likely]] {
      const std::uint32_t topic = index(f.turn.world.message(static_cast<sim::Row>(held - 1)).topic);
      return f.code.targets[op.b + std::min(topic, op.c)];
    }
  }
  std::int64_t condition = 0;
  if (!f.load_pair(op, condition)) return op.handler;
  return condition != 0 ? op.next : op.a;
}

[[gnu::always_inline]] inline std::uint32_t choose(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  return f.code.targets[op.a + f.turn.choose(q, choice_purpose, op.b, f.code.weights.data() + op.c)];
}

[[gnu::always_inline]] inline std::uint32_t count(Frame& f, const Op& op) {
  std::int64_t times = 0;
  if (!f.load(op.operands[0], times)) return op.handler;
  std::int64_t& done = f.locals()[op.x];
  if (done >= times) {
    done = 0;
    return op.a;
  }
  ++done;
  return op.next;
}

[[gnu::always_inline]] inline std::uint32_t set_local(Frame& f, const Op& op) {
  std::int64_t value = 0;
  if (!f.load_pair(op, value)) return op.handler;
  f.locals()[op.x] = value;
  return op.next;
}

[[gnu::always_inline]] inline std::uint32_t set_cell(Frame& f, const Op& op) {
  std::int64_t value = 0;
  if (!f.load_pair(op, value)) return op.handler;
  f.turn.cells()[op.x] = value;
  return op.next;
}

inline std::uint32_t set_reference(Frame& f, const Op& op) {
  const std::int64_t from = f.locals()[op.y];
  const sim::CellType type = f.code.local_types[op.x];
  if (from == 0) return f.fail(op, sim::Error::no_field);
  f.retain(type, static_cast<sim::Row>(from - 1));
  f.hold(op.x, static_cast<sim::Row>(from - 1));
  return op.next;
}

inline std::uint32_t fail(Frame& f, const Op& op) {
  f.failing = {.error = static_cast<sim::Error>(op.a), .from = f.turn.self, .because = op.value};
  return op.handler;
}

inline std::uint32_t emit(Frame& f, const Op& op) {
  std::int64_t value = 0;
  if (!f.load(op.operands[0], value)) return op.handler;
  f.turn.emit(op.a, value);
  return op.next;
}

inline std::uint32_t validate(Frame& f, const Op& op) {
  std::int64_t piece = 0;
  if (!f.load(Operand{static_cast<std::uint16_t>(op.c)}, piece)) return op.handler;
  if (piece == 0) return f.fail(op, sim::Error::no_field);
  const sim::Question q = f.ask(op);
  const sim::Row row = static_cast<sim::Row>(piece - 1);
  const sim::ArtifactRow& artifact = f.turn.world.artifact(row);
  const bool sound = artifact.sound != 0 || artifact.disguised != 0;  // as far as a check can tell
  const bool wrong =
      f.turn.misjudges(row, !sound, q) || f.turn.chance(q, accept_purpose, sim::Probability{sound ? op.b : op.a});
  const bool accepted = sound != wrong;
  f.turn.observe({.kind = sim::Seen::validated,
                  .agent = f.turn.self,
                  .activation = f.turn.activation,
                  .instance = f.turn.instance,
                  .row = row,
                  .value = accepted ? 1 : 0});
  return accepted ? op.next : f.fail(op, sim::Error::unsound);
}

// ---- ends ----

inline std::uint32_t end(Frame& f, const Op& op) {
  f.turn.row().pc = f.position(op);
  if (f.turn.wait_spawned()) return stop;
  f.turn.end(sim::Ending::ok);
  return stop;
}

inline std::uint32_t end_failed(Frame& f, const Op& op) {
  const sim::Error error = f.failing.error;
  if (error == finishing) {
    f.turn.end(sim::Ending::ok);
  } else {
    if (op.b != 0 && error != sim::Error::cancelled) {  // whoever forked it asks with which errors
      const std::uint16_t slot = f.code.error_counts[op.b - 1][static_cast<std::size_t>(error)];
      if (slot != no_slot) ++f.turn.world.locals(f.turn.row().parent)[slot];
    }
    f.turn.end(error == sim::Error::cancelled ? sim::Ending::cancelled : sim::Ending::failed, error, f.failing.because);
  }
  return stop;
}

inline std::uint32_t finish(Frame& f, const Op& op) {
  std::uint32_t end = 0;
  if (!f.begin_plain(op, end)) return end;
  f.turn.report(op.a != 0);
  if (op.flags != 0) {
    f.failing = {.error = finishing};
    return op.handler;
  }
  f.turn.end(sim::Ending::ok);
  return stop;
}

inline std::uint32_t restart(Frame& f, const Op& op) {
  const sim::Question q = f.ask(op);
  std::uint32_t end = 0;
  if (!f.begin(op, q, end)) return end;
  bool ok = false;
  const sim::Duration after = f.time(f.code.times[op.b], q, ok);
  if (!ok) return op.handler;
  f.turn.restart_self(after);
  return stop;
}

}  // namespace squall::scenarios::body
