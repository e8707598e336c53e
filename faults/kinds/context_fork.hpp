// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/names.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Gives a key two heads, from the operation that is struck on: a store whose replicas have lost each other. Who is `apart` acts
/// on the one, all others on the other. Each side sees what was there and what its own side writes, and goes on from that: a
/// compare-and-set that the other side has overtaken succeeds. When it is over the version written last stays, and whatever the
/// other side wrote is gone. Where a key has two heads already, it takes no effect.
///
/// A side whose last version has left the key's ring sees the oldest that is kept, whosever it is. A fence stays one for both.
///
/// In explored worlds it begins at any operation, within the fault budget, and ends at any later moment where it `lasts`.
struct ContextFork {
  static constexpr std::string_view name = "context-fork";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a key has two heads: one side does not see what the other writes";
  static constexpr std::string_view example =
      "context-fork: {agent: coder, key: plan, nth: 1, apart: coder, lasts: 2m}";
  static constexpr bool goes_on = true;  ///< its bit of the fault state is set from there

  Names apart;
  std::optional<sim::Distribution> lasts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"apart", "", "who acts on a head of their own"}, self.apart);
    visit(sim::Field{"lasts", "never", "until the heads are one again"}, self.lasts);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return apart.empty() ? std::string_view{"does not say who is 'apart'"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot&) const { return verdict.error == 0 && verdict.head == 0; }
  friend bool operator==(const ContextFork&, const ContextFork&) = default;
};

}  // namespace squall::faults
