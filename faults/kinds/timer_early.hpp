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

/// Lets a timer that an agent arms strike too early: a timeout, a deadline, an alarm of a struct agent. One that strikes at once anyway
/// is not struck.
///
/// Explored worlds have no such move: there a timer strikes whenever it is armed.
struct TimerEarly {
  static constexpr std::string_view name = "timer-early";
  static constexpr Strikes strikes = Strikes::timer;
  static constexpr std::string_view about = "a timeout, deadline or alarm strikes too early";
  static constexpr std::string_view example = "timer-early: {agent: coder, nth: 1, by: 2s}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "how much sooner"}, self.by);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.drop || by.a <= 0 || spot.target.latency + verdict.delay <= sim::Duration::zero()) return false;
    verdict.delay -= sim::Duration{by.a};
    return true;
  }
  friend bool operator==(const TimerEarly&, const TimerEarly&) = default;
};

}  // namespace squall::faults
