// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faults/plan.hpp"
#include "scenarios/cases/case_file.hpp"
#include "scenarios/file.hpp"
#include "scenarios/lint/lint.hpp"

/// From what a rule has found to a run that shows it.
namespace squall::scenarios {

struct WitnessOptions {
  std::uint32_t seeds = 200;               ///< of each round, from 1 on
  std::uint64_t events_most = 20'000'000;  ///< of all runs together
};

/// A run whose violation names what was found.
struct Witness {
  std::uint64_t seed = 0;
  sim::Violation violation;  ///< with its reasons
  faults::Plan plan;         ///< what has to strike: none of these can be left out alone
  bool own_faults = false;   ///< what struck is what the workflow itself lets strike with this seed
  std::vector<std::string>
      added;      ///< checks that show it and that the workflow does not ask for, as it would write them
  CaseFile file;  ///< the same run as a case, next to the workflow
};

struct Rehearsed {
  std::optional<Witness> witness;
  std::uint64_t runs = 0;  ///< that were played
};

/// Plays the workflow with its own faults, and where that shows nothing with those of the finding besides, judged by its own
/// checks and claims and by those of the finding. A violation counts where all the finding's names stand in it. What struck is then
/// shrunk. Equal results whatever the machine.
Rehearsed rehearse(const Loaded& file, const LintFinding& finding, const WitnessOptions& options = {});

}  // namespace squall::scenarios
