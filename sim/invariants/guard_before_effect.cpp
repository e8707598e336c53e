// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/guard_before_effect.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> tools;
  std::vector<bool> guards;  ///< by definition
  bool anybody;              ///< no guard was named
  std::string names;         ///< of the guards, for sentences
};

struct OfInstance {
  std::uint32_t accepted;
  std::uint32_t refused;
};

void tell_unguarded(const Judging& at, const Observation& seen) {
  const std::string& tool = at.model.tools[seen.detail].name;
  const auto& judged = at.options_as<Judged>();
  tell(at, at.memory_as<Told>(), GuardBeforeEffect::name,
       {fmt::format("{} by {}", tool, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         const std::string guard =
             judged.anybody ? "nobody has accepted anything yet" : judged.names + " has not accepted";
         return std::vector<std::string>{fmt::format("{} happens for {}, and {}{}", tool,
                                                     agent_name(at.model, at.world, seen.agent), guard,
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  const auto& judged = at.options_as<Judged>();
  auto& of = at.of<OfInstance>(seen.instance);
  if (seen.kind == Seen::effect) {
    if (of.accepted == 0 && judged.tools[seen.detail]) tell_unguarded(at, seen);
    return;
  }
  const bool guard = judged.guards[index(at.world.agent(seen.agent).definition)];
  if (seen.kind == Seen::validated) {
    if (seen.value != 0 && (guard || judged.anybody)) of.accepted = 1;
  } else if (guard && seen.kind == Seen::reported) {
    if (seen.value == 0) of.refused = 1;
  } else if (guard && of.refused == 0 && !is_branch(at.world, seen.activation)) {
    of.accepted = 1;
  }
}

}  // namespace

Monitor GuardBeforeEffect::monitor(Model& model) const {
  std::string names;
  for (const std::string& one : guard.names) names += names.empty() ? one : " or " + one;
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::effect, Seen::validated, Seen::reported, Seen::finished),
          .at_once = bits(Seen::effect, Seen::validated, Seen::reported, Seen::finished),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(
              Judged{selected(tools, model), selected(guard, model, false), guard.empty(), std::move(names)}),
          .on = judge};
}

}  // namespace squall::sim
