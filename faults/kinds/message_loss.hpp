// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Drops a message on its way: a broken connection, a full queue, a swallowed callback. The sender is not told.
struct MessageLoss {
  static constexpr std::string_view name = "message-loss";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message never arrives; the sender is not told";
  static constexpr std::string_view example = "message-loss: {from: tester, to: coder, topic: report, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    verdict.drop = true;
    return true;
  }
  bool play(sim::World& world, sim::Run& run, sim::Row message) const {
    sim::lose(world, run, message);
    return true;
  }
  friend bool operator==(const MessageLoss&, const MessageLoss&) = default;
};

}  // namespace squall::faults
