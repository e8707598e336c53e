// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/options.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// From here on the agent does nothing: no step, no timeout of its own. It keeps what it holds, its messages pile up, and
/// nobody is told but who watches it. Only a restart ends it.
struct AgentHang {
  static constexpr std::string_view name = "agent-hang";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent does nothing any more and keeps what it holds";
  static constexpr std::string_view example = "agent-hang: {agent: coder, nth: 3, side: before}";

  Side side = Side::before;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"side", "before", "of the step that it strikes; not asked at a set time"}, self.side);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (stops(verdict)) return false;
    (side == Side::before ? verdict.hang_before : verdict.hang_after) = true;
    return true;
  }
  bool possible(const sim::World& world, sim::AgentId agent) const {
    return world.agent(agent).state == sim::AgentState::up;
  }
  bool play(sim::World& world, sim::Run& run, sim::AgentId agent, Tempo) const {
    if (!possible(world, agent)) return false;
    sim::hang(world, run, agent);
    return true;
  }
  friend bool operator==(const AgentHang&, const AgentHang&) = default;
};

}  // namespace squall::faults
