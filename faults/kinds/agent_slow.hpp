// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Makes an agent's work slow: each `work` that it begins takes several times as long as was drawn for it. Sleeps,
/// timeouts and tools go by other clocks.
///
/// Explored worlds have no such move: there, work may take as long as it likes.
struct AgentSlow {
  static constexpr std::string_view name = "agent-slow";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent's work takes several times as long";
  static constexpr std::string_view example = "agent-slow: {agent: coder, nth: 3, times: 10, lasts: 5m}";
  static constexpr sim::Strike arms = sim::Strike::pace;

  std::uint32_t times = 10;
  std::optional<sim::Distribution> lasts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"times", "10", "the time as a multiple of what was drawn for it"}, self.times);
    visit(sim::Field{"lasts", "never", "until it is over"}, self.lasts);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const {
    return times < 2 ? std::string_view{"'times' counts from 2"} : std::string_view{};
  }

  bool strike(sim::Verdict&, const Spot& spot) const { return begin(spot.world, spot.target.agent, spot.tempo); }
  bool possible(const sim::World&, sim::AgentId) const { return false; }
  bool play(sim::World& world, sim::Run&, sim::AgentId agent, Tempo tempo) const {
    return world.agent(agent).state == sim::AgentState::up && begin(world, agent, tempo);
  }
  friend bool operator==(const AgentSlow&, const AgentSlow&) = default;

 private:
  bool begin(const sim::World& world, sim::AgentId agent, Tempo tempo) const {
    const sim::Instant now = world.clock().now;
    return tempo.slow(agent, times, now, lasts ? sim::later(now, sim::Duration{lasts->a}) : sim::end_of_time);
  }
};

}  // namespace squall::faults
