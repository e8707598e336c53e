// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/ask_faults.hpp"
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
  if (waiting.phase == Phase::waiting && watched(run, Seen::resumed)) resumed(world, run, activation);
  waiting.phase = Phase::running;
  waiting.wait = Wait::none;
  const Row timer = arm(world, run, TimerKind::ready, activation, waiting.instance, Duration::zero(), row);
  world.timer(timer).why = static_cast<std::uint8_t>(why);
  world.activation(activation).timer = timer;
}

void disarm_all(World& world, Row activation) {
  const Row instance = world.activation(activation).instance;
  // Of an instance that has nothing pending no timer is armed.
  const bool none = instance != no_row && world.instance(instance).pending == 0;
  for (Row t = 0; !none && t < world.used(Pool::timers); ++t) {
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

namespace {

/// False: a fault loses the timer, or has it strike at another time. Its dice are named by the instant, since arming draws nothing.
bool is_armed(Turn& turn, TimerKind kind, Duration& after, std::uint32_t timer_detail) {
  SiteKey origin = 0;
  if (turn.run.timed) {
    const std::uint64_t which = std::uint64_t{timer_detail} << 8 | static_cast<std::uint64_t>(kind);
    const auto now = static_cast<std::uint64_t>(turn.world.clock().now.time_since_epoch().count());
    origin = child_key(child_key(turn.world.activation_shadow(turn.activation).key, which), now);
  }
  const Verdict verdict = detail::ask_faults(turn.world, turn.run,
                                             {.strike = Strike::timer,
                                              .agent = turn.self,
                                              .activation = turn.activation,
                                              .instance = turn.instance,
                                              .latency = after},
                                             origin, detail::load_number(turn.world, turn.instance));
  after = std::max(after + verdict.delay, Duration::zero());
  return !verdict.drop;
}

}  // namespace

Row Turn::arm(TimerKind kind, Duration after, std::uint32_t timer_detail) {
  if (detail::armed(world, Strike::timer) && !is_armed(*this, kind, after, timer_detail)) [[unlikely]]
    return no_row;
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
