// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Makes work slow from a time on: the straggler that everybody else waits for.
struct SlowOne {
  static constexpr std::string_view name = "slow-one";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "one agent is slower than all others";
  static constexpr std::string_view example = "slow-one: {agent: coder, at: {time: 5m}, times: 10, lasts: 10m}";
  static constexpr bool of_agents = true;

  std::uint32_t factor = 10;
  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{10});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"times", "10", "how much longer its work takes"}, self.factor);
    visit(sim::Field{"lasts", "10m", "until it is over"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return factor < 2 ? std::string_view{"'times' counts from 2"} : std::string_view{};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    return {
        {.fault = AgentSlow{.times = factor, .lasts = lasts}, .from = {}, .to = {}, .agent = whom.agent, .after = {}}};
  }
  friend bool operator==(const SlowOne&, const SlowOne&) = default;
};

}  // namespace squall::faults
