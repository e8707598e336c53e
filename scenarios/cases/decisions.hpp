// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "scenarios/untimed.hpp"

/// From decisions that lead to a violation to the fewest that lead there.
namespace squall::scenarios {

struct ShrunkDecisions {
  sim::Schedule schedule;
  std::size_t before = 0;  ///< decisions that there were
  bool minimal = false;    ///< each was left out alone, and then the rest did not lead there. False: the budget ended
  std::uint64_t runs = 0;  ///< that shrinking played
};

inline constexpr std::uint64_t decision_runs_max = 2'000;

/// Leaves out what `schedule` does not need to show the violation with this signature (`faults::signature`): decisions by
/// ddmin, then answers that are not the first one, then room for faults. What others wait for is put back by `sim::follow`
/// (a detour) and costs as much as a decision; nothing that is drawn freely counts. The result is the run that was played,
/// written down anew: it diverges nowhere. Of an endless run the loop stays one. Equal results whatever the machine. At
/// most `runs_max` runs. Requires: `schedule` shows the violation; else it comes back as it is, not `minimal`.
ShrunkDecisions shrink_decisions(const Scenario& scenario, sim::Schedule schedule, std::uint64_t signature,
                                 std::uint64_t runs_max = decision_runs_max);

}  // namespace squall::scenarios
