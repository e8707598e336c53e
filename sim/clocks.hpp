// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/world.hpp"

/// What an agent's clock shows, which is what its program calls `now`. Timed worlds only.
namespace squall::sim {

/// How far the clock of `agent` is ahead of the true time; negative: behind. O(wrong clocks).
inline Duration clock_ahead(const World& world, AgentId agent) {
  const Clock& clock = world.clock();
  for (std::uint8_t c = 0; c < clock.wrong_clocks; ++c) {
    if (clock.wrong[c].agent == agent) return clock.wrong[c].ahead;
  }
  return {};
}

/// Sets it. False where it is so already, or too many clocks are wrong (`Clock::wrong_clocks_max`): then nothing changes.
bool set_clock(World& world, AgentId agent, Duration ahead);

}  // namespace squall::sim
