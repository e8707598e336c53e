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

/// Lets an agent's clock jump once, from whatever it showed: a correction by the network, a summer time done wrong. What it waits for
/// goes by a clock of its own.
///
/// Explored worlds have no time, and no such move.
struct ClockJump {
  static constexpr std::string_view name = "clock-jump";
  static constexpr Strikes strikes = Strikes::clock;
  static constexpr std::string_view about = "the agent's clock jumps once";
  static constexpr std::string_view example = "clock-jump: {agent: coder, at: {time: 5m}, by: 1h, back: false}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});
  bool back = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "how far"}, self.by);
    visit(sim::Field{"back", "false", "back instead of forward"}, self.back);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool play(sim::World& world, sim::Run&, sim::AgentId agent, Tempo) const {
    const sim::Duration change = back ? -sim::Duration{by.a} : sim::Duration{by.a};
    return change != sim::Duration::zero() && sim::set_clock(world, agent, sim::clock_ahead(world, agent) + change);
  }
  friend bool operator==(const ClockJump&, const ClockJump&) = default;
};

}  // namespace squall::faults
