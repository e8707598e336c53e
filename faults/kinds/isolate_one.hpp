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

/// Cuts each of the agents off for a while, the next one when the one before hears the others again.
struct IsolateOne {
  static constexpr std::string_view name = "isolate-one";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "one agent after the other is cut off from all the rest";
  static constexpr std::string_view example = "isolate-one: {agent: coder, at: {time: 5m}, lasts: 1m}";
  static constexpr bool of_agents = true;

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "how long each is alone"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return is_one_time(lasts) ? std::string_view{} : std::string_view{"'lasts' is one time"};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    std::vector<ShapePart> parts;
    for (const std::string& agent : whom.agent.all) {
      parts.push_back({.fault = Partition{{.lasts = lasts}},
                       .from = agent,
                       .to = {},
                       .agent = {},
                       .after = times(parts.size(), lasts)});
    }
    return parts;
  }
  friend bool operator==(const IsolateOne&, const IsolateOne&) = default;
};

}  // namespace squall::faults
