// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Lets a subscription begin late: what is published meanwhile is missed, but for what the topic retains and the subscriber asks for. It
/// strikes `subscribe` steps; who is subscribed from its start is not struck. In explored worlds it begins at any later moment.
struct LateSubscribe {
  static constexpr std::string_view name = "late-subscribe";
  static constexpr Strikes strikes = Strikes::membership;
  static constexpr std::string_view about = "a subscription begins late: what is published before is missed";
  static constexpr std::string_view example = "late-subscribe: {agent: docs, nth: 1, by: 5s}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::subscribe};

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "how much later it begins"}, self.by);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.late || (spot.run.timed && by.a <= 0)) return false;
    verdict.late = true;
    verdict.delay = sim::Duration{by.a};
    return true;
  }
  friend bool operator==(const LateSubscribe&, const LateSubscribe&) = default;
};

}  // namespace squall::faults
