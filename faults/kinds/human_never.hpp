// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/human.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Drops what a person would have said: the request lies in an inbox that nobody looks at. Messages of agents that are not
/// `human` are not struck.
struct HumanNever {
  static constexpr std::string_view name = "human-never";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "a person never answers";
  static constexpr std::string_view example = "human-never: {from: reviewer, topic: approval, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.drop || !is_human(spot)) return false;
    verdict.drop = true;
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return is_human(model, world, world.message(message).from);
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const { sim::lose(world, run, message); }
  friend bool operator==(const HumanNever&, const HumanNever&) = default;
};

}  // namespace squall::faults
