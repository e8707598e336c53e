// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Cuts two groups of agents off from each other; those of one group hear each other. Without `to` it is all the others.
struct SplitBrain {
  static constexpr std::string_view name = "split-brain";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "the agents fall into two halves that do not hear each other";
  static constexpr std::string_view example =
      "split-brain: {from: [planner, coder], to: [tester, docs], at: {time: 5m}, lasts: 1m}";
  static constexpr bool of_agents = false;

  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "1m", "until they hear each other again"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    return {{.fault = Partition{{.lasts = lasts}}, .from = whom.from, .to = whom.to, .agent = {}, .after = {}}};
  }
  friend bool operator==(const SplitBrain&, const SplitBrain&) = default;
};

}  // namespace squall::faults
