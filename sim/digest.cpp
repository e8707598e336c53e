// SPDX-License-Identifier: Apache-2.0
#include "sim/digest.hpp"

#include "sim/model.hpp"

namespace squall::sim {

std::uint64_t digest(const World& world, const Model& model) {
  std::uint64_t combined = chained(0, world.clock().environment);
  const auto combine = [&](AgentId id) {
    const AgentShadow& shadow = world.shadow(id);
    if (shadow.chain == 0) return;  // an agent to which nothing happened might as well not be there
    const AgentRow& agent = world.agent(id);
    combined = chained(combined, paired(model.definition(agent.definition).key, agent.member));
    combined = chained(combined, shadow.chain);
  };
  for (const DefinitionId id : model.definitions_by_name) {
    const Definition& definition = model.definition(id);
    if (definition.start == Start::spawned) {
      for (std::uint32_t a = model.members; a < world.used(Pool::agents); ++a) {
        if (world.agent(AgentId{a}).definition == id) combine(AgentId{a});
      }
    } else {
      for (std::uint32_t m = 0; m < definition.replicas; ++m) combine(AgentId{index(definition.first) + m});
    }
  }
  return combined;
}

}  // namespace squall::sim
