// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/plain.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Lets a restart go on from the checkpoint before the last one: a replica that lags, a backup put back. The agent's variables are
/// those of that checkpoint too. Where there is no earlier one it takes no effect; older ones are not kept.
struct CheckpointOld : Plain {
  static constexpr std::string_view name = "checkpoint-old";
  static constexpr Strikes strikes = Strikes::checkpoint;
  static constexpr std::string_view about = "a restart goes on from the checkpoint before the last one";
  static constexpr std::string_view example = "checkpoint-old: {agent: coder, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::resume};
  static constexpr sim::Strike arms = sim::Strike::resume;

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.generation != 0 || spot.target.detail == 0) return false;
    verdict.generation = 1;
    return true;
  }
  friend bool operator==(const CheckpointOld&, const CheckpointOld&) = default;
};

}  // namespace squall::faults
