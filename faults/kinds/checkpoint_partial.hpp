// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Saves of a checkpoint the position and not the agent's variables: a restart goes on from there with those of an earlier
/// checkpoint, or with their initial values. Where the agent has no variables it takes no effect.
struct CheckpointPartial {
  static constexpr std::string_view name = "checkpoint-partial";
  static constexpr Strikes strikes = Strikes::checkpoint;
  static constexpr std::string_view about = "a checkpoint keeps the position and not the variables";
  static constexpr std::string_view example = "checkpoint-partial: {agent: coder, nth: 2}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::save};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::World& world = spot.world;
    const sim::Model& model = spot.run.model;
    const bool root = (world.activation(spot.target.activation).flags & sim::activation_flag::root) != 0;
    const auto& cells = model.definition(world.agent(spot.target.agent).definition).behaviour->cell_types;
    if (verdict.drop || verdict.choice != 0 || !root || cells.empty()) return false;
    verdict.choice = 1;
    return true;
  }
  friend bool operator==(const CheckpointPartial&, const CheckpointPartial&) = default;
};

}  // namespace squall::faults
