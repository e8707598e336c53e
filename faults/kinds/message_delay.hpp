// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Makes a message late: by a time of its own, or by a multiple of the latency that was drawn for it. On a FIFO link it
/// holds back what is sent after it. Delays that strike one message add up.
///
/// Explored worlds have no time, hence no such move: any message may already take as long as its link allows.
struct MessageDelay {
  static constexpr std::string_view name = "message-delay";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives late";
  static constexpr std::string_view example =
      "message-delay: {from: tester, to: coder, topic: report, nth: 1, by: 20s}";

  std::optional<sim::Distribution> by;
  std::optional<std::uint32_t> times;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "", "added to the latency"}, self.by);
    visit(sim::Field{"times", "", "the latency as a multiple of what was drawn for it"}, self.times);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const {
    if (!by && !times) return "says neither 'by' nor 'times'";
    if (by && times) return "says both 'by' and 'times'";
    return times && *times < 2 ? std::string_view{"'times' counts from 2"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    std::int64_t added = by ? by->a : 0;
    if (times) {
      const auto product = sim::checked_multiply(spot.target.latency.count(), std::int64_t{*times} - 1);
      added = product.value_or(sim::Duration::max().count());
    }
    if (added == 0) return false;
    const auto sum = sim::checked_add(verdict.delay.count(), added);
    verdict.delay = sim::Duration{sum.value_or(sim::Duration::max().count())};
    return true;
  }
  friend bool operator==(const MessageDelay&, const MessageDelay&) = default;
};

}  // namespace squall::faults
