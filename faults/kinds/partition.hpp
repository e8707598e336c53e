// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Cuts links for a while: what is sent across while the cut lasts is lost, and nobody is told. What is under way when it
/// begins arrives, unless it drops that too. Without `to` it cuts off from all others; agents on one side hear each other.
/// Cutting anew what the same line has cut already takes no effect.
///
/// In explored worlds a cut begins at any moment, within the fault budget, and ends at any later one.
struct Cut {
  std::optional<sim::Distribution> lasts;
  bool drops_in_flight = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"lasts", "never", "until it heals"}, self.lasts);
    visit(sim::Field{"drops-in-flight", "false", "whether what is under way is lost as well"}, self.drops_in_flight);
  }
  static constexpr Strikes strikes = Strikes::link;
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// In both directions: between `from` and `to`.
struct Partition : Cut {
  static constexpr std::string_view name = "partition";
  static constexpr std::string_view about = "two sides do not hear each other; their messages are lost";
  static constexpr std::string_view example =
      "partition: {from: [planner, coder], to: tester, at: {time: 5m}, lasts: 2m, drops-in-flight: false}";
  static constexpr bool both_ways = true;
};

}  // namespace squall::faults
