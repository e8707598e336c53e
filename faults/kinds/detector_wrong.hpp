// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/names.hpp"
#include "sim/fields.hpp"
#include "sim/model.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// Lets a failure detector say the opposite of what is so. Where a watch begins of one that lives, it is taken for dead once the
/// watch's time is over; where one that is watched dies or hangs, it is taken for alive, and its watcher is not told. `agent` is who
/// watches.
struct DetectorWrong {
  static constexpr std::string_view name = "detector-wrong";
  static constexpr Strikes strikes = Strikes::membership;
  static constexpr std::string_view about = "a failure detector takes the living for dead or the dead for alive";
  static constexpr std::string_view example = "detector-wrong: {agent: planner, nth: 1, of: coder}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::watch, sim::Operation::silence};

  Names of;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"of", "", "whom it is wrong about, or one of several"}, self.of);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (verdict.wrong) return false;
    const sim::DefinitionId watched = spot.world.agent(spot.target.other).definition;
    const std::string& whom = spot.run.model.definition(watched).name;
    if (!of.empty() && std::ranges::find(of.all, whom) == of.all.end()) return false;
    verdict.wrong = true;
    return true;
  }
  friend bool operator==(const DetectorWrong&, const DetectorWrong&) = default;
};

}  // namespace squall::faults
