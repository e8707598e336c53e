// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Does not keep a checkpoint: a restart goes on from the one before it, or from the start. Agents that never go on from a
/// checkpoint save none, and none is struck.
struct CheckpointLost {
  static constexpr std::string_view name = "checkpoint-lost";
  static constexpr Strikes strikes = Strikes::checkpoint;
  static constexpr std::string_view about = "a checkpoint is not kept, its writer is not told";
  static constexpr std::string_view example = "checkpoint-lost: {agent: coder, nth: 2}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const CheckpointLost&, const CheckpointLost&) = default;
};

}  // namespace squall::faults
