// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/options.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// The step will not be as it should already: a second fault of this sort takes no effect.
constexpr bool stops(const sim::Verdict& verdict) {
  const bool ends = verdict.crash_before || verdict.crash_after || verdict.hang_before || verdict.hang_after;
  return ends || verdict.error != 0 || verdict.again;
}

/// Stops an agent at once: its activations, its variables and its mailbox are gone, nobody is told. It may come back.
struct AgentCrash {
  static constexpr std::string_view name = "agent-crash";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent loses all it was doing; it comes back after a time, or never";
  static constexpr std::string_view example =
      "agent-crash: {agent: coder, nth: 3, side: before, restart: 30s, memory: false}";

  Side side = Side::before;
  std::optional<sim::Distribution> restart;
  bool memory = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"side", "before", "of the step that it strikes; not asked at a set time"}, self.side);
    visit(sim::Field{"restart", "never", "how long it stays down"}, self.restart);
    visit(sim::Field{"memory", "false", "whether it keeps its variables"}, self.memory);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (stops(verdict)) return false;  // it is going down already
    (side == Side::before ? verdict.crash_before : verdict.crash_after) = true;
    verdict.restart_after = restart ? sim::Duration{restart->a} : sim::Duration{-1};
    verdict.with_memory = memory;
    return true;
  }
  bool possible(const sim::World& world, sim::AgentId agent) const {
    const sim::AgentState state = world.agent(agent).state;
    return state == sim::AgentState::up || state == sim::AgentState::hung;
  }
  bool play(sim::World& world, sim::Run& run, sim::AgentId agent, Tempo) const {
    if (!possible(world, agent)) return false;
    sim::crash(world, run, agent, restart ? std::optional{sim::Duration{restart->a}} : std::nullopt, memory);
    return true;
  }
  friend bool operator==(const AgentCrash&, const AgentCrash&) = default;
};

}  // namespace squall::faults
