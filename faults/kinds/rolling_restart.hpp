// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Restarts agents in the order in which they are named: a deployment.
struct RollingRestart {
  static constexpr std::string_view name = "rolling-restart";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "the agents are restarted one by one";
  static constexpr std::string_view example =
      "rolling-restart: {agent: [coder, tester], at: {time: 5m}, down: 5s, between: 10s}";
  static constexpr bool of_agents = true;

  sim::Distribution down = sim::Distribution::constant(std::chrono::seconds{5});
  sim::Distribution between = sim::Distribution::constant(std::chrono::seconds{10});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"down", "5s", "how long each is away"}, self.down);
    visit(sim::Field{"between", "10s", "from one to the next"}, self.between);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return is_one_time(between) ? std::string_view{} : std::string_view{"'between' is one time"};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    std::vector<ShapePart> parts;
    for (const std::string& agent : whom.agent.all) {
      parts.push_back({.fault = AgentRestart{.down = down},
                       .from = {},
                       .to = {},
                       .agent = agent,
                       .after = times(parts.size(), between)});
    }
    return parts;
  }
  friend bool operator==(const RollingRestart&, const RollingRestart&) = default;
};

}  // namespace squall::faults
