// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"
#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

/// What `GraphDesign::ends_when` may ask for.
inline constexpr std::string_view turns_so_far = "turns";   ///< of all nodes
inline constexpr std::string_view time_so_far = "elapsed";  ///< since the graph began
inline constexpr std::string_view runs_of_node = "runs.";   ///< and the name of a node; other names are keys

/// Whether the condition by which a conversation ends holds now. Reads the keys that it names.
bool ends_now(Frame& f, const Op& op, const RuntimePlan& plan, RuntimeState& state);

}  // namespace squall::scenarios
