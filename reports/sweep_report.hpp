// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/sweep.hpp"

namespace squall::reports {

/// A sweep, for people and for programs.
struct SweepReport {
  const scenarios::Scenario& scenario;
  const scenarios::Sweep& sweep;
  std::uint64_t seed;
  std::string replay;  ///< the command that plays one of its sets, up to the file with the lines
  std::string again;   ///< the command that sweeps again
};

/// What two ways of choosing faults needed, and what they found: of sets of `size` omissions.
struct SweepMethods {
  std::uint64_t swept = 0, swept_fatal = 0;
  std::uint64_t lineage = 0, lineage_fatal = 0;
};
SweepMethods methods(const scenarios::Sweep& sweep, std::size_t size);

/// How many places and runs, what is fatal alone and in pairs, grouped by signature, what is survived, and what lineage would
/// have played. The same for any number of threads. Ends with a newline.
std::string sweep_text(const SweepReport& report);

/// `version workflow seed verdict places runs bound kinds[] left_out[] good{verdict, violations[]} findings[{invariant, signature,
/// reason, sets[[line]]}] open[[line]] survived[{kind, places, survived}] pairs{tried, fatal} lineage{outcome, singles, pairs, missed[[line]]} replay
/// again`.
std::string sweep_json(const SweepReport& report);

}  // namespace squall::reports
