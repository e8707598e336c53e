// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "faults/kinds/spot.hpp"

namespace squall::faults {

/// What kinds share that let something be acknowledged and have no effect: a write, a renewal, a checkpoint.
struct Dropped {
  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const Dropped&, const Dropped&) = default;
};

}  // namespace squall::faults
