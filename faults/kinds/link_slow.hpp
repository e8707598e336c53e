// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Makes links slow for a while: what is sent across takes several times as long as was drawn for it. What is under way arrives as it
/// would. Of two that slow one link the slower counts. Without `to` it is the links to all others.
///
/// Explored worlds have no such move: there a message may take as long as it likes.
struct LinkSlow {
  static constexpr std::string_view name = "link-slow";
  static constexpr Strikes strikes = Strikes::link;
  static constexpr std::string_view about = "messages of the link take several times as long";
  static constexpr std::string_view example =
      "link-slow: {from: coder, to: tester, at: {time: 5m}, times: 10, lasts: 2m}";
  static constexpr bool both_ways = false;
  static constexpr bool watches_sends = true;  ///< it is asked about each of them
  static constexpr bool sets_no_bit = true;

  std::uint32_t times = 10;
  std::optional<sim::Distribution> lasts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"times", "10", "the latency as a multiple of what was drawn for it"}, self.times);
    visit(sim::Field{"lasts", "never", "until it is over"}, self.lasts);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const {
    return times < 2 ? std::string_view{"'times' counts from 2"} : std::string_view{};
  }

  friend bool operator==(const LinkSlow&, const LinkSlow&) = default;
};

}  // namespace squall::faults
