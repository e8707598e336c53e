// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/channel.hpp"
#include "sim/detail/event.hpp"

/// What a timer does when it becomes due.
namespace squall::sim::detail {
namespace {

constexpr Purpose arrival_purpose = purpose("arrival");

}  // namespace

void arm_next_arrival(World& world, Run& run) {
  if (world.header().arrived >= run.model.load.instances) return;
  Duration after{};
  if (run.timed) {
    const std::uint64_t base = draw_base(run.key, load_site, 0, world.header().arrived);
    after = sample(run.model.load.every, draw_value(base, arrival_purpose));
    const Pin* pin = pin_of_arrival(run.model, world.header().arrived);
    if (pin != nullptr) after = Duration{pin->answer};
  }
  arm(world, run, TimerKind::arrival, 0, no_row, after);
}

namespace {

/// A deadline or a timeout strikes what its activation waits for or is busy with.
void bound_due(World& world, Run& run, Row timer, const TimerRow& due) {
  ActivationRow& row = world.activation(due.target);
  if (row.phase == Phase::running) {
    // What it waited for came first, at this very instant: its turn goes before, then this strikes whatever follows.
    arm(world, run, due.kind, due.target, due.instance, Duration::zero(), due.detail);
    return;
  }
  if (run.looks) look(world, run);
  --row.bounds;
  interrupt(world, run, due.target);
  if (watched(run, Seen::timed_out)) {
    observe(world, run,
            {.kind = Seen::timed_out,
             .agent = row.agent,
             .activation = due.target,
             .instance = due.instance,
             .detail = row.pc});
  }
  run_turn(world, run, due.target, {.why = Wake::Why::timeout, .row = timer, .detail = due.detail});
}

void arrival_due(World& world, Run& run) {
  begin_instance(world, run);
  arm_next_arrival(world, run);
}

/// An activation goes on that was busy or had yielded: most timers.
inline void activation_due(World& world, Run& run, const TimerRow& due) {
  ActivationRow& row = world.activation(due.target);
  row.timer = no_row;
  const Wake wake = due.kind == TimerKind::ready
                        ? Wake{.why = static_cast<Wake::Why>(due.why), .row = due.detail, .detail = 0}
                        : Wake{.why = Wake::Why::done};
  const Behaviour& behaviour = *run.model.definition(world.agent(row.agent).definition).behaviour;
  if (behaviour.struct_agent) [[unlikely]] {
    run_turn(world, run, due.target, wake);
  } else {
    run_program_turn(world, run, due.target, row, behaviour, wake);
  }
}

/// A timer that is due is none any more.
inline TimerRow take_out(World& world, Row timer, TimerRow& row) {
  const TimerRow due = row;
  row.kind = TimerKind::free;
  world.give(Pool::timers, timer, row);
  return due;
}

}  // namespace

void play(World& world, Run& run, const Move& move) {
  const std::uint64_t kinds = run.faults->play(world, run, move);
  if (run.timed && kinds != 0) digest_environment(world, paired(now_word(world), kinds));
}

void plain_timer_due(World& world, Run& run, Row timer) {
  TimerRow& row = world.timer(timer);
  if (row.kind < TimerKind::ready || row.kind > TimerKind::backoff) return timer_due(world, run, timer);
  const TimerRow due = take_out(world, timer, row);
  if (due.instance != no_row) --world.instance(due.instance).pending;
  digest_event(world, world.activation(due.target).agent,
               paired(now_word(world) ^ kind_word(due.kind), world.activation_shadow(due.target).key));
  activation_due(world, run, due);
}

void timer_due(World& world, Run& run, Row timer) {
  const TimerRow due = take_out(world, timer, world.timer(timer));
  if (due.kind == TimerKind::stale) {
    if (run.timed) {
      ++world.clock().stale_timers;
      digest_environment(world, paired(now_word(world), kind_word(due.kind)));
    }
    return;
  }
  if (due.instance != no_row) --world.instance(due.instance).pending;
  const auto digest_of = [&](AgentId agent, std::uint64_t what) {
    if (run.timed) digest_event(world, agent, paired(now_word(world) ^ kind_word(due.kind), what));
  };
  const auto digest_of_activation = [&] {
    if (run.timed) digest_of(world.activation(due.target).agent, world.activation_shadow(due.target).key);
  };
  switch (due.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
      digest_of_activation();
      activation_due(world, run, due);
      break;
    case TimerKind::timeout:
    case TimerKind::deadline:
      digest_of_activation();
      bound_due(world, run, timer, due);
      break;
    case TimerKind::alarm:
      digest_of_activation();
      run_turn(world, run, due.target, {.why = Wake::Why::alarm, .row = timer, .detail = due.detail});
      break;
    case TimerKind::start:
      digest_of(AgentId{due.target}, 0);
      if (world.agent(AgentId{due.target}).state == AgentState::up) {
        begin_root(world, run, AgentId{due.target}, due.instance);
      } else {
        note_root(world, run, AgentId{due.target}, due.instance);
      }
      break;
    case TimerKind::effect:
      digest_of(world.call(due.target).agent, world.call(due.target).purpose_of);
      effect_due(world, run, due);
      break;
    case TimerKind::reply:
      digest_of(world.call(due.target).agent, world.call(due.target).purpose_of);
      answer_due(world, run, due);
      break;
    case TimerKind::expiry:
      digest_of(world.hold(due.target).agent, run.model.resource(world.hold(due.target).resource).key);
      lease_expired(world, run, due);
      break;
    case TimerKind::refill:
      if (run.timed) {
        const std::uint64_t which = run.model.resource(ResourceId{static_cast<std::uint16_t>(due.target)}).key;
        digest_environment(world, paired(now_word(world) ^ kind_word(due.kind), which));
      }
      refill_due(world, run, due);
      break;
    case TimerKind::arrival:
      if (run.timed) digest_environment(world, paired(now_word(world), kind_word(due.kind)));
      arrival_due(world, run);
      break;
    case TimerKind::restart:
      digest_of(AgentId{due.target}, 0);
      --world.header().restarting;
      run.settle_all = true;
      restart(world, run, AgentId{due.target});
      break;
    case TimerKind::notice:
      digest_of(world.watch(due.target).watcher, 0);
      notice_due(world, run, due);
      break;
    case TimerKind::redelivery:
      if (run.timed) digest_environment(world, message_word(world, run.model, due.target));
      redelivery_due(world, run, due);
      break;
    case TimerKind::cancel:
      digest_of(AgentId{due.target}, due.detail);
      cancel_agent(world, run, AgentId{due.target}, due.instance, due.detail != 0);
      break;
    case TimerKind::subscription:
      digest_of(world.subscription(due.target).agent, due.detail);
      subscription_due(world, run, due);
      break;
    case TimerKind::move:
      --world.clock().events;
      ++world.clock().moves;
      play(world, run, {.kind = due.detail, .target = due.target, .detail = 0});
      break;
    case TimerKind::free:
    case TimerKind::stale: break;
  }
}

namespace {

/// Whose turn a timer begins; nobody where no agent acts.
AgentId whose_timer(const World& world, const TimerRow& due) {
  switch (due.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: return world.activation(due.target).agent;
    case TimerKind::start: return AgentId{due.target};
    case TimerKind::reply: {
      const Row caller = world.call(due.target).activation;
      return caller == no_row ? nobody : world.activation(caller).agent;
    }
    default: return nobody;
  }
}

}  // namespace

bool postponed(World& world, Run& run, Event event) {
  if (event.is_move()) return false;
  AgentId whose = nobody;
  if (event.is_timer()) {
    whose = whose_timer(world, world.timer(event.index()));
  } else if (const MessageRow& row = world.message(event.index()); row.place != Place::lost) {
    whose = row.to == nobody ? likely_taker(world, run.model, event.index()) : row.to;
  }
  if (whose == nobody) return false;
  const Instant until = run.faults->paused_until(world, whose);
  if (until <= world.clock().now) return false;
  world.calendar.push(until, event.row);
  return true;
}

}  // namespace squall::sim::detail
