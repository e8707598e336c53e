// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Takes a message out of the order of its link: it is held up for a while, and what is sent after it may arrive before
/// it. A delay alone holds back later messages too. On a link that keeps no order it takes no effect.
struct MessageReorder {
  static constexpr std::string_view name = "message-reorder";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "later messages of its link may arrive before it";
  static constexpr std::string_view example =
      "message-reorder: {from: coder, to: tester, topic: code, nth: 1, by: 100ms}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::milliseconds{100});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "100ms", "how long it is held up"}, self.by);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Target& target = spot.target;
    if (verdict.overtake || !sim::keeps_order(spot.run.model, spot.world, target.agent, target.other)) return false;
    verdict.overtake = true;
    const auto sum = sim::checked_add(verdict.delay.count(), by.a);
    verdict.delay = sim::Duration{sum.value_or(sim::Duration::max().count())};
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    const sim::MessageRow& row = world.message(message);
    return row.place == sim::Place::in_flight && sim::keeps_order(model, world, row.from, row.to);
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const { sim::reorder(world, run, message); }
  friend bool operator==(const MessageReorder&, const MessageReorder&) = default;
};

}  // namespace squall::faults
