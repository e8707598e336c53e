// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/context.hpp"
#include "sim/limiter.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

/// Tools: a call is a request, an effect point and a reply, three events. "Happened" is not "replied": each can be there
/// without the other. What happened is kept as rows while a dedup window or a judge can ask (`Model::keeps_effects`).
namespace squall::sim {

/// Row about `key` at `tool`; no_row where nothing is known of it.
Row find_effect(const World& world, const Model& model, ToolId tool, EffectRow::About about, std::uint64_t key);

/// How many effects of `tool` happened in `instance` (no_row: in all that have not ended). Only where effects are kept.
std::uint32_t effects_happened(const World& world, const Model& model, ToolId tool, Row instance);

inline const ToolState& tool_state(const World& world, const Model& model, ToolId tool) {
  return *reinterpret_cast<const ToolState*>(world.at(Pool::shared_keys) + model.tool(tool).offset);
}

}  // namespace squall::sim
