// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/agreement.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

void judge(const Judging& at, const Observation& seen) {
  const bool made = seen.kind == Seen::made;
  if (!made && seen.value == 0) return;  // a failure that is reported decides nothing
  const Row work = made ? seen.row : at.world.activation(seen.activation).seen;
  if (work == no_row) return;
  const auto ranges = tracked(at.world, at.model, work);
  for (const KeyInfo& key : at.model.keys) {
    if (key.tracked == untracked) continue;
    const VersionRange range = ranges[key.tracked];
    if (range.lowest == range.highest) continue;
    const std::string what = made ? artifact_text(at.model, at.world, work) : "the outcome";
    tell(at, at.memory_as<Told>(), Agreement::name,
         {key.name, fmt::format("{} of {}", what, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
           return std::vector<std::string>{fmt::format("{} of {} rests on version {} of {} and on version {}{}", what,
                                                       agent_name(at.model, at.world, seen.agent), range.lowest - 1,
                                                       key.name, range.highest - 1,
                                                       instance_text(at.model, at.world, seen.instance))};
         });
  }
}

}  // namespace

Monitor Agreement::monitor(Model& model) const {
  const std::vector<bool> chosen = selected(keys, model);
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    if (chosen[k]) model.keys[k].tracked = 0;  // asks for a column
  }
  if (model.keys.empty()) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::made, Seen::reported),
          .at_once = bits(Seen::made, Seen::reported),
          .bytes = sizeof(Told),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
