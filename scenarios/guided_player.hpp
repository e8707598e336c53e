// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/guided.hpp"
#include "scenarios/run.hpp"

namespace squall::scenarios {

/// Plays candidates of a guided campaign over `scenario`, which must outlive it: fresh ones with its own faults, mutants with
/// their plan alone. Writes down what struck and what was reached, so a run costs several times a plain one.
faults::MakeGuidedPlayer guided_players_of(const Scenario& scenario);

}  // namespace squall::scenarios
