// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Keeps of a write the new version and not the artifact that was written with it: the one before it stays, or there is none. Its
/// readers see a new version of old work. A write without an artifact has no parts, and is not struck.
struct TornWrite {
  static constexpr std::string_view name = "torn-write";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a write is kept without the artifact that belongs to it";
  static constexpr std::string_view example = "torn-write: {agent: coder, key: plan, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::write};

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    constexpr std::uint64_t the_artifact = std::uint64_t{1} << 63;
    if (verdict.error != 0 || verdict.drop || verdict.removed != 0 || spot.target.row == sim::no_row) return false;
    verdict.removed = the_artifact;
    return true;
  }
  friend bool operator==(const TornWrite&, const TornWrite&) = default;
};

}  // namespace squall::faults
