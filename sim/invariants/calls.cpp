// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/calls.hpp"

#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {

bool counts_as_call(const Judging& at, const Observation& seen) {
  if (seen.kind == Seen::effect) return true;
  return at.world.call(seen.row).happened == 0 || !at.model.tools[seen.detail].effect;
}

}  // namespace squall::sim
