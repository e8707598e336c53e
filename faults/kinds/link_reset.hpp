// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Loses all that is under way on links, in both directions, and lets pass what comes after: a connection that was reset
/// and opened again. Where nothing is under way it takes no effect.
struct LinkReset {
  static constexpr std::string_view name = "link-reset";
  static constexpr Strikes strikes = Strikes::link;
  static constexpr std::string_view about = "all messages in flight on the link are lost, later ones pass";
  static constexpr std::string_view example = "link-reset: {from: coder, to: tester, at: {time: 5m}}";
  static constexpr bool both_ways = true;
  static constexpr bool momentary = true;

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }
  friend bool operator==(const LinkReset&, const LinkReset&) = default;
};

}  // namespace squall::faults
