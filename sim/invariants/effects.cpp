// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/effects.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {

void tell_repeated(const Judging& at, const char* invariant, const Observation& seen) {
  if (seen.value < 2 || !at.options_as<CountedEffects>().tools[seen.detail]) return;
  const std::string& tool = at.model.tools[seen.detail].name;
  tell(at, at.memory_as<Told>(), invariant,
       {fmt::format("{} for {} more than once", tool, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} has happened {} times for one purpose, the last time for {}{}",
                                                     tool, seen.value, agent_name(at.model, at.world, seen.agent),
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

}  // namespace squall::sim
