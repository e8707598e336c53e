// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/kinds/plain.hpp"
#include "faults/kinds/spot.hpp"

namespace squall::faults {

/// What kinds share that let something be acknowledged and have no effect: a write, a renewal, a checkpoint, a
/// cancel, a timer.
struct Dropped : Plain {
  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const Dropped&, const Dropped&) = default;
};

}  // namespace squall::faults
