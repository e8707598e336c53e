// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/human.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Lets a person answer after the meeting, the weekend, the holidays. Messages of agents that are not `human` are not struck.
///
/// Explored worlds have no such move: there, a message may take as long as it likes.
struct HumanLate {
  static constexpr std::string_view name = "human-late";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "a person answers late";
  static constexpr std::string_view example = "human-late: {from: reviewer, topic: approval, nth: 1, by: 8h}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::hours{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1h", "how much later"}, self.by);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (by.a <= 0 || !is_human(spot)) return false;
    verdict.delay = sim::later(sim::Instant{verdict.delay}, sim::Duration{by.a}).time_since_epoch();
    return true;
  }
  friend bool operator==(const HumanLate&, const HumanLate&) = default;
};

}  // namespace squall::faults
