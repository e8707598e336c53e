// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/tempo.hpp"
#include "sim/apply.hpp"
#include "sim/clocks.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Sets an agent's clock wrong: from then on `now` in its program is so much ahead of the true time, or behind. What it waits
/// for goes by a clock of its own, as a monotonic one does.
///
/// Explored worlds have no time, and no such move.
struct ClockSkew {
  static constexpr std::string_view name = "clock-skew";
  static constexpr Strikes strikes = Strikes::clock;
  static constexpr std::string_view about = "the agent's clock differs from the true time";
  static constexpr std::string_view example = "clock-skew: {agent: coder, at: {time: 0s}, by: 30s, behind: false}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});
  bool behind = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "how far"}, self.by);
    visit(sim::Field{"behind", "false", "slow instead of fast"}, self.behind);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool play(sim::World& world, sim::Run&, sim::AgentId agent, Tempo) const {
    return sim::set_clock(world, agent, behind ? -sim::Duration{by.a} : sim::Duration{by.a});
  }
  friend bool operator==(const ClockSkew&, const ClockSkew&) = default;
};

}  // namespace squall::faults
