// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/agents/frame.hpp"
#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

/// Who does a run, where workers are known.
struct Worker {
  std::int64_t number;   ///< from 1
  std::int64_t percent;  ///< what work takes on it
};

/// Tells the agent of node `n` to begin the next run that it was not told of, with the work that has come along its edges.
/// O(inputs of the node).
void tell_start(Frame& f, const Op& op, const RuntimePlan& plan, RuntimeState& state, std::uint32_t n, NodeState node,
                std::optional<Worker> worker);

}  // namespace squall::scenarios
