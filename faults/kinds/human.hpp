// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/kinds/spot.hpp"
#include "sim/model.hpp"

/// What the kinds share that strike people.
namespace squall::faults {

/// Whether a person acts here: an agent that is declared `human`.
inline bool is_human(const sim::Model& model, const sim::World& world, sim::AgentId agent) {
  return agent != sim::nobody && model.definition(world.agent(agent).definition).human;
}
inline bool is_human(const Spot& spot) { return is_human(spot.run.model, spot.world, spot.target.agent); }

}  // namespace squall::faults
