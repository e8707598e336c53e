// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

/// What a node's join makes of the tokens on its in-edges.
enum class Joined : std::uint8_t { waits, runs, skipped, failed };

/// Asks the join of node `n`, and takes the tokens that it begins with, or that it passes on. O(in-edges).
Joined join(const RuntimePlan& plan, RuntimeState& state, std::uint32_t n);

}  // namespace squall::scenarios
