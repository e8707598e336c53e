// SPDX-License-Identifier: Apache-2.0
#include "sim/clocks.hpp"

namespace squall::sim {

bool set_clock(World& world, AgentId agent, Duration ahead) {
  if (!world.timed() || clock_ahead(world, agent) == ahead) return false;
  Clock& clock = world.clock();
  for (std::uint8_t c = 0; c < clock.wrong_clocks; ++c) {
    if (clock.wrong[c].agent != agent) continue;
    clock.wrong[c].ahead = ahead;
    return true;
  }
  if (clock.wrong_clocks == Clock::wrong_clocks_max) return false;
  clock.wrong[clock.wrong_clocks++] = {agent, ahead};
  return true;
}

}  // namespace squall::sim
