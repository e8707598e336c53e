// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Crashes agents one after another, in the order in which they are named: each takes over from the one before, and goes down
/// under it.
struct Cascade {
  static constexpr std::string_view name = "cascade";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "the failure of one agent takes the next with it";
  static constexpr std::string_view example =
      "cascade: {agent: [coder, tester], at: {time: 5m}, spreads: 30s, restart: never}";
  static constexpr bool of_agents = true;

  sim::Distribution spreads = sim::Distribution::constant(std::chrono::seconds{30});
  std::optional<sim::Distribution> restart;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"spreads", "30s", "from one to the next"}, self.spreads);
    visit(sim::Field{"restart", "never", "how long each stays down"}, self.restart);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return is_one_time(spreads) ? std::string_view{} : std::string_view{"'spreads' is one time"};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    std::vector<ShapePart> parts;
    for (const std::string& agent : whom.agent.all) {
      parts.push_back({.fault = AgentCrash{.restart = restart},
                       .from = {},
                       .to = {},
                       .agent = agent,
                       .after = times(parts.size(), spreads)});
    }
    return parts;
  }
  friend bool operator==(const Cascade&, const Cascade&) = default;
};

}  // namespace squall::faults
