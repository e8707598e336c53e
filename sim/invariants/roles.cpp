// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/roles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// What one definition may do, by number.
struct Allowed {
  bool anything;
  std::vector<bool> topics, tools, keys, work;
};

using Judged = std::vector<Allowed>;  // by definition

struct Deed {
  bool allowed;
  const char* verb;
  const std::string& what;
};

Deed deed_of(const Judging& at, const Observation& seen, const Allowed& may) {
  switch (seen.kind) {
    case Seen::sent: return {may.topics[index(seen.topic)], "sends", at.model.topic(seen.topic).name};
    case Seen::effect: return {may.tools[seen.detail], "calls", at.model.tools[seen.detail].name};
    case Seen::wrote: return {may.keys[seen.detail], "writes", at.model.keys[seen.detail].name};
    default: return {may.work[seen.detail], "makes", at.model.artifact_names[seen.detail]};
  }
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.kind == Seen::sent && (is_reply(seen.topic) || index(seen.topic) >= at.model.topics.size())) return;
  if (index(seen.agent) >= at.world.used(Pool::agents)) return;
  const DefinitionId id = at.world.agent(seen.agent).definition;
  const Allowed& may = at.options_as<Judged>()[index(id)];
  if (may.anything) return;
  const Deed deed = deed_of(at, seen, may);
  if (deed.allowed) return;
  const Definition& definition = at.model.definition(id);
  tell(at, at.memory_as<Told>(), Roles::name, {fmt::format("{} {} {}", definition.name, deed.verb, deed.what)},
       at.now(), [&] {
         const std::string role = definition.role.empty() ? std::string{} : fmt::format(" ({})", definition.role);
         return std::vector<std::string>{
             fmt::format("{}{} {} {}; what it may is {}{}", agent_name(at.model, at.world, seen.agent), role, deed.verb,
                         deed.what, fmt::join(definition.can, ", "), instance_text(at.model, at.world, seen.instance))};
       });
}

/// What the kernel says in an agent's name is no deed of it.
bool is_kernels_own(const Model& model, std::size_t topic) {
  const TopicId id{static_cast<std::uint16_t>(topic)};
  return id == model.ended || id == model.down || id == model.up;
}

Allowed allowed_of(const Definition& definition, const Model& model) {
  const auto can = [&](const std::string& name) {
    return std::ranges::find(definition.can, name) != definition.can.end();
  };
  Allowed may{!definition.restricted, {}, {}, {}, {}};
  for (std::size_t t = 0; t < model.topics.size(); ++t)
    may.topics.push_back(is_kernels_own(model, t) || can(model.topics[t].name));
  for (const ToolInfo& tool : model.tools) may.tools.push_back(can(tool.name));
  for (const KeyInfo& key : model.keys) may.keys.push_back(can(key.name));
  for (const std::string& work : model.artifact_names) may.work.push_back(can(work));
  return may;
}

}  // namespace

Monitor Roles::monitor(Model& model) const {
  Judged judged;
  for (const Definition& definition : model.definitions) judged.push_back(allowed_of(definition, model));
  constexpr SeenMask listens = bits(Seen::sent, Seen::effect, Seen::wrote, Seen::made);
  return {.name = name,
          .claim = claim,
          .listens = listens,
          .at_once = listens,
          .bytes = sizeof(Told),
          .options = &model.keep(std::move(judged)),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
