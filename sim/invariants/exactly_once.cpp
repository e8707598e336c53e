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
  const Row row = find_effect(at.world, at.model, call.tool, EffectRow::About::purpose, call.purpose_of);
  if (row != no_row && at.world.effect(row).count != 0) return;
  tell(at, at.memory_as<Told>(), ExactlyOnce::name,
       {fmt::format("{} for {} not at all", tool.name, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} has answered {} that it was done, and nothing has happened{}",
                                                     tool.name, agent_name(at.model, at.world, seen.agent),
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

/// At the end of an instance: what was asked for, has not happened, and nobody was told.
void judge_end(const Judging& at, const Observation& seen) {
  if (at.world.instance(seen.instance).outcome == ReportedOutcome::failure) return;
  for (Row row = 0; row < at.world.used(Pool::effects); ++row) {
    const EffectRow& effect = at.world.effect(row);
    if (effect.tool == no_tool || effect.about != EffectRow::About::purpose || effect.instance != seen.instance)
      continue;
    if (effect.count != 0 || effect.result <= 0 || !at.options_as<CountedEffects>().tools[index(effect.tool)]) continue;
    const AgentId asker{static_cast<std::uint32_t>(effect.result - 1)};
    const std::string& tool = at.model.tool(effect.tool).name;
    tell(at, at.memory_as<Told>(), ExactlyOnce::name,
         {fmt::format("{} for {} not at all", tool, role_of(at.model, at.world, asker))}, at.now(), [&] {
           return std::vector<std::string>{fmt::format(
               "{} has asked {} for something that has never happened, and was not told that it failed{}",
               agent_name(at.model, at.world, asker), tool, instance_text(at.model, at.world, seen.instance))};
         });
  }
}

}  // namespace

Monitor ExactlyOnce::monitor(Model& model) const {
  model.keeps_effects = model.keeps_requests = true;
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::effect, Seen::replied, Seen::closed),
          .at_once = bit(Seen::replied),
          .bytes = sizeof(Told),
          .options = &model.keep(CountedEffects{selected(tools, model)}),
          .on =
              [](const Judging& at, const Observation& seen) {
                if (seen.kind == Seen::replied) {
                  judge_answer(at, seen);
                } else if (seen.kind == Seen::closed) {
                  judge_end(at, seen);
                } else {
                  tell_repeated(at, name, seen);
                }
              },
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
