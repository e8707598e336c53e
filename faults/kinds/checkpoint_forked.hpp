// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/plain.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Lets two activations go on from one checkpoint: two workers that both found the job unfinished. They are one agent, with one
/// mailbox and one set of variables. A spawned agent, which is over with its program, is not struck.
struct CheckpointForked : Plain {
  static constexpr std::string_view name = "checkpoint-forked";
  static constexpr Strikes strikes = Strikes::checkpoint;
  static constexpr std::string_view about = "two activations go on from one checkpoint";
  static constexpr std::string_view example = "checkpoint-forked: {agent: coder, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::resume};
  static constexpr sim::Strike arms = sim::Strike::resume;

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::DefinitionId definition = spot.world.agent(spot.target.agent).definition;
    if (verdict.twice || spot.run.model.definition(definition).start == sim::Start::spawned) return false;
    verdict.twice = true;
    return true;
  }
  friend bool operator==(const CheckpointForked&, const CheckpointForked&) = default;
};

}  // namespace squall::faults
