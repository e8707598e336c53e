// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/kinds/spot.hpp"
#include "sim/model.hpp"

/// What the kinds share that strike people.
namespace squall::faults {

/// Whether a person sends this message: an agent that is declared `human`.
inline bool is_human(const Spot& spot) {
  const sim::AgentId agent = spot.target.agent;
  return agent != sim::nobody && spot.run.model.definition(spot.world.agent(agent).definition).human;
}

}  // namespace squall::faults
