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

/// Cuts agents off one by one, and lets them come back in an order that is drawn: when the last has gone, each comes back at a
/// time of its own, within as long as it took to cut them all. After FoundationDB, which found more with it than with cuts
/// alone (Zhou et al., "FoundationDB: A Distributed Unbundled Transactional Key Value Store", SIGMOD 2021).
struct Swizzle {
  static constexpr std::string_view name = "swizzle";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "the links of a few agents stop one by one and come back in another order";
  static constexpr std::string_view example = "swizzle: {agent: [coder, tester], at: {time: 5m}, between: 1s}";
  static constexpr bool of_agents = true;

  sim::Distribution between = sim::Distribution::constant(std::chrono::seconds{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"between", "1s", "from one agent to the next"}, self.between);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return is_one_time(between) ? std::string_view{} : std::string_view{"'between' is one time"};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    std::vector<ShapePart> parts;
    const std::size_t count = whom.agent.all.size();
    for (const std::string& agent : whom.agent.all) {
      const std::size_t before = parts.size();
      const auto back = sim::Distribution::uniform(times(count - before, between), times(2 * count - before, between));
      parts.push_back(
          {.fault = Partition{{.lasts = back}}, .from = agent, .to = {}, .agent = {}, .after = times(before, between)});
    }
    return parts;
  }
  friend bool operator==(const Swizzle&, const Swizzle&) = default;
};

}  // namespace squall::faults
