// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Breaks off a stream: of what is sent across from then on so many messages still arrive, the rest is lost, and nobody is told. A
/// stream's end, an answer in many parts whose last ones are missing. From its onset on it is counted over all links that it names.
///
/// In explored worlds the rest begins at any moment, within the fault budget, and ends at any later one where it `lasts`.
struct StreamCut {
  static constexpr std::string_view name = "stream-cut";
  static constexpr Strikes strikes = Strikes::link;
  static constexpr std::string_view about = "of several messages sent in a row the rest is lost";
  static constexpr std::string_view example =
      "stream-cut: {from: coder, to: tester, at: {time: 5m}, after: 3, lasts: never}";
  static constexpr bool both_ways = false;
  static constexpr bool watches_sends = true;

  std::uint32_t after = 1;
  std::optional<sim::Distribution> lasts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"after", "1", "how many still arrive"}, self.after);
    visit(sim::Field{"lasts", "never", "until messages arrive again, from the first that is lost on"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  friend bool operator==(const StreamCut&, const StreamCut&) = default;
};

}  // namespace squall::faults
