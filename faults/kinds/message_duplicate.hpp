// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Sends a message more than once: a retry of the transport, a redelivery by a broker, a double click.
///
/// Each copy travels by itself, with a latency of its own, and may overtake the original. Where several of these strike one
/// message, its copies add up and the longest `after` holds for all of them.
struct MessageDuplicate {
  static constexpr std::string_view name = "message-duplicate";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives more than once";
  static constexpr std::string_view example =
      "message-duplicate: {from: tester, to: coder, topic: report, nth: 1, copies: 1, after: 0s}";
  static constexpr std::uint32_t copies_max = 100;

  std::uint32_t copies = 1;
  sim::Distribution after{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"copies", "1", "how many arrive beside the original"}, self.copies);
    visit(sim::Field{"after", "0s", "added to the latency that each copy draws"}, self.after);
  }
  std::uint32_t cost() const { return copies; }
  std::string_view problem() const {
    return copies == 0 || copies > copies_max ? std::string_view{"'copies' counts from 1 to 100"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    verdict.copies = static_cast<std::uint8_t>(std::min(verdict.copies + copies, 255U));
    verdict.copy_delay = std::max(verdict.copy_delay, sim::Duration{after.a});
    return true;
  }
  bool play(sim::World& world, sim::Run& run, sim::Row message) const {
    for (std::uint32_t copy = 0; copy < copies; ++copy) sim::duplicate(world, run, message);
    return true;
  }
  friend bool operator==(const MessageDuplicate&, const MessageDuplicate&) = default;
};

}  // namespace squall::faults
