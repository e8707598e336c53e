// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/cases/shrinking.hpp"

/// Why a run fails, told from the case that it was shrunk to.
namespace squall::reports {

/// What becomes of the shrunk case without one of its faults: found by playing it.
struct Counterfactual {
  std::string without;  ///< the line
  bool gone = false;    ///< this violation is
  std::string verdict;  ///< of that run: `holds`, `violated` (by something else, where it is gone) or `unknown`
};
/// One for each fault of the case. Plays as many runs.
std::vector<Counterfactual> counterfactuals(const scenarios::ShrunkCase&);

/// What each agent that the violation or a needed fault names did last, oldest first: sentences with their instants.
using LastSteps = std::vector<std::pair<std::string, std::vector<std::string>>>;
LastSteps last_steps(const scenarios::ShrunkCase&);

/// What the shrunk case is and how it came about, with its counterfactuals. Ends with a newline.
std::string shrink_text(const scenarios::ShrunkCase&);

/// The story of the shrunk run; then the faults that it needed and when they struck, what did not matter, and the last steps
/// of those involved. `replay`: the command that plays the run that was shrunk.
std::string explanation(const scenarios::ShrunkCase&, const std::string& replay);

/// Both for programs: one JSON object in ASCII, with a newline.
std::string explanation_json(const scenarios::ShrunkCase&, const std::string& file, const std::string& replay);

}  // namespace squall::reports
