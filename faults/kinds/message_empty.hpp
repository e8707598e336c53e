// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/message_content.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Takes all that a message carries: an answer cut short to nothing, an empty completion. A message that carries nothing is
/// not struck.
struct MessageEmpty {
  static constexpr std::string_view name = "message-empty";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives without any field and without its artifact";
  static constexpr std::string_view example = "message-empty: {from: coder, to: tester, topic: code, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    return remove(verdict, carried(spot.world, spot.target.row));
  }
  bool possible(const sim::Model&, const sim::World& world, sim::Row message) const {
    return carried(world, message) != 0;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    remove_in_flight(world, run, message, carried(world, message));
  }
  friend bool operator==(const MessageEmpty&, const MessageEmpty&) = default;
};

}  // namespace squall::faults
