// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/message_content.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Cuts a message off: of its fields, in the order in which its topic has them, only the first are left, and what comes last,
/// its artifact, is gone. A message that has no more than that is not struck.
struct MessageTruncate {
  static constexpr std::string_view name = "message-truncate";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives without its last fields";
  static constexpr std::string_view example =
      "message-truncate: {from: coder, to: tester, topic: code, nth: 1, keep: 1}";

  std::uint32_t keep = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"keep", "0", "how many fields are left, from the first"}, self.keep);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    return remove(verdict, lost(spot.world, spot.target.row));
  }
  bool possible(const sim::Model&, const sim::World& world, sim::Row message) const {
    return lost(world, message) != 0;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    remove_in_flight(world, run, message, lost(world, message));
  }
  friend bool operator==(const MessageTruncate&, const MessageTruncate&) = default;

 private:
  std::uint64_t lost(const sim::World& world, sim::Row message) const {
    std::uint64_t left = carried(world, message);
    for (std::uint32_t kept = 0; kept < keep; ++kept) left &= left - 1;  // the lowest bit is the first field
    return left;
  }
};

}  // namespace squall::faults
