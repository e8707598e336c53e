// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/kernel.hpp"
#include "sim/turn_inline.hpp"

namespace squall::sim {

namespace detail {

Row arm(World& world, Run& run, TimerKind kind, Row target, Row instance, Duration after, std::uint32_t timer_detail) {
  return arm_here(world, run, kind, target, instance, after, timer_detail);
}

void disarm(World& world, Row timer) {
  TimerRow& row = world.timer(timer);
  if (row.kind == TimerKind::free || row.kind == TimerKind::stale) return;
  if (row.instance != no_row) --world.instance(row.instance).pending;
  if (world.timed()) {
    row.kind = TimerKind::stale;  // the calendar has no way to take it out: it is ignored when it comes
  } else {
    row.kind = TimerKind::free;
    world.give(Pool::timers, timer);
  }
}

void wake(World& world, Run& run, Row activation, Wake::Why why, Row row) {
  run.touched = Run::everybody;
  ActivationRow& waiting = world.activation(activation);
  if (waiting.phase == Phase::waiting) resumed(world, run, activation);
  waiting.phase = Phase::running;
  waiting.wait = Wait::none;
  const Row timer = arm(world, run, TimerKind::ready, activation, waiting.instance, Duration::zero(), row);
  world.timer(timer).why = static_cast<std::uint8_t>(why);
  world.activation(activation).timer = timer;
}

void disarm_all(World& world, Row activation) {
  for (Row t = 0; t < world.used(Pool::timers); ++t) {
    const TimerRow& timer = world.timer(t);
    if (timer.target != activation) continue;
    switch (timer.kind) {
      case TimerKind::ready:
      case TimerKind::work:
      case TimerKind::latency:
      case TimerKind::backoff:
      case TimerKind::timeout:
      case TimerKind::deadline:
      case TimerKind::alarm: disarm(world, t); break;
      default: break;  // its target is something else than an activation
    }
  }
  if (world.timed() && world.clock().ready == activation) world.clock().ready = no_row;
}

}  // namespace detail

void schedule(World& world, Run& run, Duration after, const Move& move) {
  detail::arm(world, run, TimerKind::move, move.target, no_row, after, move.kind);
}

Row Turn::arm(TimerKind kind, Duration after, std::uint32_t timer_detail) {
  if (kind == TimerKind::timeout || kind == TimerKind::deadline) ++row().bounds;
  return detail::arm(world, run, kind, activation, instance, after, timer_detail);
}

void Turn::disarm(Row timer) {
  const TimerKind kind = world.timer(timer).kind;
  if (kind == TimerKind::timeout || kind == TimerKind::deadline) --row().bounds;
  detail::disarm(world, timer);
}

void Turn::yield() { here::yield(*this); }
void Turn::busy(TimerKind kind, Duration after) { here::busy(*this, kind, after); }

}  // namespace squall::sim
