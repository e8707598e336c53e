// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/exactly_once.hpp"

#include <fmt/format.h>

#include "sim/effects.hpp"
#include "sim/invariants/effects.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

/// At once, while the call is there: an answer that says done, and nothing was.
void judge_answer(const Judging& at, const Observation& seen) {
  const CallRow& call = at.world.call(seen.row);
  const ToolInfo& tool = at.model.tools[seen.detail];
  if (seen.value != 0 || !tool.effect || !at.options_as<CountedEffects>().tools[seen.detail]) return;
  if (find_effect(at.world, at.model, call.tool, EffectRow::About::purpose, call.purpose_of) != no_row) return;
  tell(at, at.memory_as<Told>(), ExactlyOnce::name,
       {fmt::format("{} for {} not at all", tool.name, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} has answered {} that it was done, and nothing has happened{}",
                                                     tool.name, agent_name(at.model, at.world, seen.agent),
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

}  // namespace

Monitor ExactlyOnce::monitor(Model& model) const {
  model.keeps_effects = true;
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::effect, Seen::replied),
          .at_once = bit(Seen::replied),
          .bytes = sizeof(Told),
          .options = &model.keep(CountedEffects{selected(tools, model)}),
          .on = [](const Judging& at, const Observation& seen) {
            if (seen.kind == Seen::replied) {
              judge_answer(at, seen);
            } else {
              tell_repeated(at, name, seen);
            }
          }};
}

}  // namespace squall::sim
