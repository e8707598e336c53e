// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/run_turn.hpp"
#include "sim/digest.hpp"

/// The frame of every event, inline: `apply`, as the drivers need it.
namespace squall::sim::detail {

inline std::uint64_t now_word(const World& world) {
  return static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
}

/// Names a kind of timer in the digest.
inline constexpr SiteKey timer_word = site_key("timer");
constexpr std::uint64_t kind_word(TimerKind kind) { return timer_word + static_cast<std::uint64_t>(kind); }

/// How many events pass until the monitors look at what lasts; a power of two.
inline constexpr std::uint64_t events_between_looks = 64;

/// Mostly the instance goes on and nothing was seen that a monitor listens to.
inline void settle(World& world, Run& run, Row instance) {
  const bool goes_on = instance == no_row || world.instance(instance).pending != 0;
  if (!goes_on || !run.seen.empty() || run.settle_all) [[unlikely]]
    settle_slowly(world, run, instance);
}

inline void look_now_and_then(World& world, Run& run) {
  if (run.looks && world.clock().events % events_between_looks == 0) [[unlikely]]
    look(world, run);
}

/// `plain`: `Run::plain` holds.
template <bool plain = false>
inline void apply_event(World& world, Event event, Run& run) {
  if (!plain && armed(world, Strike::pause) && run.timed && postponed(world, run, event)) return;
  if (plain || run.timed) {
    if (world.clock().now > world.clock().obligation) [[unlikely]]
      obligations_due(world, run);
    ++world.clock().events;
  } else {
    run.idle = true;
    run.merged = false;
    run.touched = 0;
  }
  if (world.tight()) [[unlikely]]
    world.make_room();
  Row instance = no_row;
  if (event.is_message()) {
    instance = world.message(event.index()).instance;
    plain ? plain_message_due(world, run, event.index()) : message_due(world, run, event.index());
  } else if (plain || event.is_timer()) {
    instance = world.timer(event.index()).instance;
    plain ? plain_timer_due(world, run, event.index()) : timer_due(world, run, event.index());
  } else if (event.is_move()) {
    play(world, run, (*run.moves)[event.index()]);
  } else {
    instance = only_instance(world, run);
    run_turn(world, run, world.agent(event.actor()).first, {.why = Wake::Why::action, .detail = event.action_number()});
  }
  settle(world, run, instance);
  look_now_and_then(world, run);
}

/// `apply_ready`.
inline void apply_ready_event(World& world, Row activation, Run& run) {
  if (armed(world, Strike::pause) &&
      run.faults->paused_until(world, world.activation(activation).agent) > world.clock().now) {
    wake(world, run, activation, Wake::Why::ready);  // its timer is put off when it comes
    return;
  }
  ++world.clock().events;
  if (world.tight()) [[unlikely]]
    world.make_room();
  ActivationRow& row = world.activation(activation);
  const Row instance = row.instance;
  digest_event(world, row.agent,
               paired(now_word(world) ^ kind_word(TimerKind::ready), world.activation_shadow(activation).key));
  const Behaviour& behaviour = *run.model.definition(world.agent(row.agent).definition).behaviour;
  if (behaviour.struct_agent) [[unlikely]] {
    run_turn(world, run, activation, {.why = Wake::Why::ready});
  } else {
    run_program_turn(world, run, activation, row, behaviour, {.why = Wake::Why::ready});
  }
  settle(world, run, instance);
  look_now_and_then(world, run);
}

}  // namespace squall::sim::detail
