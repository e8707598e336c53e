// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/world.hpp"

/// Which operations on shared context have begun and not returned.
namespace squall::sim {

/// Whether an activation is in one. False in its turn that begins it, and from the turn on in which it has returned.
inline bool in_operation(const World& world, Row activation) {
  const ActivationRow& row = world.activation(activation);
  return row.phase == Phase::busy && row.timer != no_row && world.timer(row.timer).kind == TimerKind::latency;
}

/// Whether any activation of an agent is. O(activations of the agent).
inline bool in_operation(const World& world, AgentId agent) {
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    if (in_operation(world, a)) return true;
  }
  return false;
}

}  // namespace squall::sim
