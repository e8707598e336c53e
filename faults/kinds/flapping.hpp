// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "faults/kinds/shape.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Cuts a link again and again: a bad cable, a proxy that restarts. Without `to` it is the links to all the others.
struct Flapping {
  static constexpr std::string_view name = "flapping";
  static constexpr Strikes strikes = Strikes::shape;
  static constexpr std::string_view about = "a partition comes and goes";
  static constexpr std::string_view example =
      "flapping: {from: coder, at: {time: 5m}, cut: 10s, whole: 10s, lasts: 2m}";
  static constexpr bool of_agents = false;
  static constexpr std::int64_t cuts_max = 1000;

  sim::Distribution cut = sim::Distribution::constant(std::chrono::seconds{10});
  sim::Distribution whole = sim::Distribution::constant(std::chrono::seconds{10});
  sim::Distribution lasts = sim::Distribution::constant(std::chrono::minutes{2});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"cut", "10s", "each cut"}, self.cut);
    visit(sim::Field{"whole", "10s", "between two cuts"}, self.whole);
    visit(sim::Field{"lasts", "2m", "until the last one has begun"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    if (!is_one_time(cut) || !is_one_time(whole) || !is_one_time(lasts))
      return "'cut', 'whole' and 'lasts' are one time each";
    return lasts.a / (cut.a + whole.a) >= cuts_max ? std::string_view{"makes more than 1000 cuts"} : std::string_view{};
  }

  std::vector<ShapePart> parts(const Matcher& whom) const {
    std::vector<ShapePart> parts;
    if (!problem().empty()) return parts;  // may be asked before that is told, and would not end
    const auto period = sim::Distribution::constant(sim::Duration{cut.a + whole.a});
    for (sim::Duration after{}; after < sim::Duration{lasts.a}; after = times(parts.size(), period)) {
      parts.push_back(
          {.fault = Partition{{.lasts = cut}}, .from = whom.from, .to = whom.to, .agent = {}, .after = after});
    }
    return parts;
  }
  friend bool operator==(const Flapping&, const Flapping&) = default;
};

}  // namespace squall::faults
