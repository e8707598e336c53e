// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Acknowledges a write, or a compare-and-set, and keeps nothing of it.
struct LostWrite {
  static constexpr std::string_view name = "lost-write";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a write is acknowledged and not kept";
  static constexpr std::string_view example = "lost-write: {agent: coder, key: plan, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::write, sim::Operation::compare_and_set};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.drop) return false;
    verdict.drop = true;
    return true;
  }
  friend bool operator==(const LostWrite&, const LostWrite&) = default;
};

}  // namespace squall::faults
