// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/op.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

/// What each position of a program can still hand out: facts of its operations, closed over its control graph. For a wait,
/// what follows its success apart from what follows a bound that strikes in its scope.
sim::SupplyTable supplies_of(const Code& code, const sim::Model& model, bool spawned);

}  // namespace squall::scenarios
