// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/variables.hpp"

#include <cstddef>

#include "scenarios/agents/op.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::scenarios {
namespace {

std::string text_of(const sim::Model& model, const sim::World& world, bool is_text, sim::CellType type,
                    std::int64_t value) {
  if (type == sim::CellType::agent) {
    if (value <= 0 || value > world.used(sim::Pool::agents)) return "nobody";
    return sim::agent_name(model, world, sim::AgentId{static_cast<std::uint32_t>(value - 1)});
  }
  const bool known = value >= 0 && static_cast<std::uint64_t>(value) < model.texts.size();
  return is_text && known ? model.texts[static_cast<std::size_t>(value)] : std::to_string(value);
}

}  // namespace

std::vector<AgentVariable> variables_of(const sim::Model& model, const sim::World& world, sim::AgentId agent) {
  const sim::Behaviour& behaviour = *model.definition(world.agent(agent).definition).behaviour;
  if (behaviour.struct_agent || behaviour.code == nullptr) return {};
  const Code& code = code_of(behaviour);
  std::vector<AgentVariable> all;
  for (std::size_t v = 0; v < code.variables.size(); ++v) {
    // A runtime's own, whose names nobody can write.
    if (code.variables[v].name.starts_with('(')) continue;
    all.push_back({code.variables[v].name,
                   text_of(model, world, code.variables[v].is_text, code.cell_types[v], world.cells(agent)[v])});
  }
  return all;
}

}  // namespace squall::scenarios
