// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/tempo.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// The second phase of a run: safety first, then liveness. From then on nothing goes wrong any more. Links are whole, tools and inboxes
/// are there, no other line strikes. `agent` names a core: those of it that are down or hang are started again, all others freeze
/// for good; without a name everybody belongs to it. A livelock that every further fault would break up stays one then, and a wait that only
/// an accident could end never ends: what must still happen is said by the checks.
///
/// Explored worlds have no phases.
struct Calm {
  static constexpr std::string_view name = "calm";
  static constexpr Strikes strikes = Strikes::phase;
  static constexpr std::string_view about =
      "nothing goes wrong any more: a core is healed for good, the rest stands still";
  static constexpr std::string_view example = "calm: {agent: [planner, coder], at: {time: 10m}}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  friend bool operator==(const Calm&, const Calm&) = default;
};

}  // namespace squall::faults
