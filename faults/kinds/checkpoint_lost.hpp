// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/drop.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Does not keep a checkpoint: a restart goes on from the one before it, or from the start. Agents that never go on from a
/// checkpoint save none, and none is struck.
struct CheckpointLost : Dropped {
  static constexpr std::string_view name = "checkpoint-lost";
  static constexpr Strikes strikes = Strikes::checkpoint;
  static constexpr std::string_view about = "a checkpoint is not kept, its writer is not told";
  static constexpr std::string_view example = "checkpoint-lost: {agent: coder, nth: 2}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::save};
};

}  // namespace squall::faults
