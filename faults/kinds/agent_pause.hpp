// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Stops an agent for a while, as a collection of garbage or a suspended machine does: longer than its lease, if one
/// likes. The turn in work is finished; then messages to it stay under way and its timers wait until it goes on. It
/// notices nothing, and what others hold against it runs out.
///
/// Explored worlds have no such move: there, everything may take as long as it likes.
struct AgentPause {
  static constexpr std::string_view name = "agent-pause";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent does nothing for a while, and does not notice";
  static constexpr std::string_view example = "agent-pause: {agent: coder, nth: 3, lasts: 1m}";
  static constexpr sim::Strike arms = sim::Strike::pause;

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "until it goes on"}, self.lasts);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict&, const Spot& spot) const { return begin(spot.world, spot.target.agent, spot.tempo); }
  bool possible(const sim::World&, sim::AgentId) const { return false; }
  bool play(sim::World& world, sim::Run&, sim::AgentId agent, Tempo tempo) const {
    return world.agent(agent).state == sim::AgentState::up && begin(world, agent, tempo);
  }
  friend bool operator==(const AgentPause&, const AgentPause&) = default;

 private:
  bool begin(const sim::World& world, sim::AgentId agent, Tempo tempo) const {
    const sim::Instant now = world.clock().now;
    return tempo.pause(agent, now, sim::later(now, sim::Duration{lasts.a}));
  }
};

}  // namespace squall::faults
