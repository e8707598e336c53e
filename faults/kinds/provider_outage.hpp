// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Pauses agents together: the provider of the model that they share is down. What is sent to them waits; they go on where they
/// were.
struct ProviderOutage {
  static constexpr std::string_view name = "provider-outage";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "all agents that share a model stand still together";
  static constexpr std::string_view example = "provider-outage: {agent: [coder, tester], at: {time: 5m}, lasts: 10m}";
  static constexpr bool of_agents = true;

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{10});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "10m", "until they go on"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    return {{.fault = AgentPause{.lasts = lasts}, .from = {}, .to = {}, .agent = whom.agent, .after = {}}};
  }
  friend bool operator==(const ProviderOutage&, const ProviderOutage&) = default;
};

}  // namespace squall::faults
