// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/human.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Lets a person say the same twice: a button pressed again because nothing seemed to happen. Messages of agents that are not
/// `human` are not struck.
struct HumanTwice {
  static constexpr std::string_view name = "human-twice";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "a person answers twice";
  static constexpr std::string_view example = "human-twice: {from: reviewer, topic: approval, nth: 1, after: 1m}";

  sim::Distribution after;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"after", "0s", "between the two answers, besides their ways"}, self.after);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.copies != 0 || !is_human(spot)) return false;
    verdict.copies = 1;
    verdict.copy_delay = sim::Duration{after.a};
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return is_human(model, world, world.message(message).from);
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const { sim::duplicate(world, run, message); }
  friend bool operator==(const HumanTwice&, const HumanTwice&) = default;
};

}  // namespace squall::faults
