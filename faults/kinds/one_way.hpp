// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Loses what the agents send, or what is sent to them, and not the other direction: the half-open connection.
struct OneWay {
  static constexpr std::string_view name = "one-way";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "one agent hears the others and is not heard, or the other way round";
  static constexpr std::string_view example = "one-way: {agent: coder, at: {time: 5m}, hears: true, lasts: 1m}";
  static constexpr bool of_agents = true;

  bool hears = true;
  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"hears", "true", "it hears and is not heard; `false`: it is heard and does not hear"}, self.hears);
    visit(sim::Field{"lasts", "1m", "until it is over"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    ShapePart part{.fault = OneWayPartition{{.lasts = lasts}}, .from = {}, .to = {}, .agent = {}, .after = {}};
    (hears ? part.from : part.to) = whom.agent;
    return {part};
  }
  friend bool operator==(const OneWay&, const OneWay&) = default;
};

}  // namespace squall::faults
