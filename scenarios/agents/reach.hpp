// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/agents/op.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

/// Positions that may follow an operation which succeeds.
std::vector<std::uint32_t> on_success(const Code& code, const Op& op);
/// Whether the operation itself may fail: then its handler may follow. A wait fails where a bound strikes, and then any may.
bool may_fail(const Op& op);
/// What one operation hands out by itself.
std::vector<sim::Supply> supplies_of(const Code& code, const Op& op, const sim::Model& model, bool spawned);

/// What each position of a program can still hand out: facts of its operations, closed over its control graph. For a wait,
/// what follows its success apart from what follows a bound that strikes in its scope.
sim::SupplyTable supplies_of(const Code& code, const sim::Model& model, bool spawned);

}  // namespace squall::scenarios
