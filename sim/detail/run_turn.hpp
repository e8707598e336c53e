// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/kernel.hpp"

/// How a turn begins and ends, inline: once for nearly every event.
namespace squall::sim::detail {

/// A strike at a step of this turn stops its agent, now that it has returned.
void crash_after_turn(World&, Run&, AgentId);
/// The turn of a struct agent where its steps may be struck.
void struct_turn_struck(Turn&, const Wake&);

void observe_turn(World&, Run&, AgentId, Row instance);

inline void count_turn(World& world, Run& run, AgentId agent, Row instance) {
  if (run.timed) {
    ++world.clock().turns;
  } else {
    run.touched |= index(agent) < 63 ? std::uint64_t{1} << index(agent) : Run::everybody;
  }
  if (watched(run, Seen::turned)) [[unlikely]]
    observe_turn(world, run, agent, instance);
}

/// One turn of a struct agent that acts for `instance`, now.
inline void run_struct_turn(World& world, Run& run, Row activation, AgentId agent, Row instance,
                            const Behaviour& behaviour, const Wake& wake) {
  Turn turn{world, run, activation, agent, instance, behaviour};
  count_turn(world, run, agent, instance);
  if (armed(world, Strike::step)) [[unlikely]] {
    struct_turn_struck(turn, wake);
    return;
  }
  behaviour.turn(turn, wake);
}

/// One turn of a program, now. `row` is that of `activation`.
inline void run_program_turn(World& world, Run& run, Row activation, ActivationRow& row, const Behaviour& behaviour,
                             const Wake& wake) {
  const AgentId agent = row.agent;
  count_turn(world, run, agent, row.instance);
  if (row.phase == Phase::waiting && watched(run, Seen::resumed)) [[unlikely]]
    resumed(world, run, activation);
  row.phase = Phase::running;
  row.wait = Wait::none;
  Turn turn{world, run, activation, agent, row.instance, behaviour};
  behaviour.turn(turn, wake);
  if (run.stopping.agent != nobody) [[unlikely]]  // not by a strike alone: an agent may start itself again
    crash_after_turn(world, run, agent);
}

}  // namespace squall::sim::detail
