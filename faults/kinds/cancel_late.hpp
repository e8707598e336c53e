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

/// Lets a cancel arrive late: meanwhile whoever is to stop goes on. In explored worlds it arrives at any later moment.
struct CancelLate {
  static constexpr std::string_view name = "cancel-late";
  static constexpr Strikes strikes = Strikes::membership;
  static constexpr std::string_view about = "a cancel arrives late";
  static constexpr std::string_view example = "cancel-late: {agent: planner, nth: 1, by: 30s}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::cancel};

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "how much later"}, self.by);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.drop || verdict.late || (spot.run.timed && by.a <= 0)) return false;
    verdict.late = true;
    verdict.delay = sim::Duration{by.a};
    return true;
  }
  friend bool operator==(const CancelLate&, const CancelLate&) = default;
};

}  // namespace squall::faults
