// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Redeploys an agent: the turn in work is finished, then the agent goes down and comes back as its definition resumes.
/// At a set time it also starts an agent that is down, and ends a hang.
struct AgentRestart {
  static constexpr std::string_view name = "agent-restart";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent is stopped between two steps and started again";
  static constexpr std::string_view example = "agent-restart: {agent: coder, at: {time: 5m}, down: 10s, memory: false}";

  sim::Distribution down{};
  bool memory = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"down", "0s", "how long it is away"}, self.down);
    visit(sim::Field{"memory", "false", "whether it keeps its variables"}, self.memory);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (stops(verdict)) return false;
    verdict.crash_after = true;
    verdict.restart_after = sim::Duration{down.a};
    verdict.with_memory = memory;
    return true;
  }
  bool possible(const sim::World& world, sim::AgentId agent) const {
    return world.agent(agent).state != sim::AgentState::ended;
  }
  bool play(sim::World& world, sim::Run& run, sim::AgentId agent, Tempo) const {
    if (!possible(world, agent)) return false;
    if (world.agent(agent).state != sim::AgentState::down) {
      sim::crash(world, run, agent, sim::Duration{down.a}, memory);
    } else {
      sim::restart(world, run, agent);
    }
    return true;
  }
  friend bool operator==(const AgentRestart&, const AgentRestart&) = default;
};

}  // namespace squall::faults
