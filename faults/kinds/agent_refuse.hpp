// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/error.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Declines a step: it fails `refused`, and nothing of it is done. What the program says of failures comes next. A struct agent lets
/// pass by what its turn was about.
struct AgentRefuse {
  static constexpr std::string_view name = "agent-refuse";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent declines the step, which fails";
  static constexpr std::string_view example = "agent-refuse: {agent: coder, nth: 3}";
  static constexpr bool at_its_begin = true;

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (stops(verdict)) return false;
    verdict.error = static_cast<std::uint8_t>(sim::Error::refused);
    return true;
  }
  bool possible(const sim::World&, sim::AgentId) const { return false; }
  bool play(sim::World&, sim::Run&, sim::AgentId, Tempo) const { return false; }
  friend bool operator==(const AgentRefuse&, const AgentRefuse&) = default;
};

}  // namespace squall::faults
