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

std::uint64_t detail::message_word(const World& world, const Model& model, Row message) {
  const MessageRow& row = world.message(message);
  const MessageShadow& shadow = world.message_shadow(message);
  const auto now = static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
  const std::uint64_t topic = is_reply(row.topic) ? index(row.topic) : model.topic_keys[index(row.topic)];
  // The origin stands for sender, step and receiver's side of the link: it is the key of the send.
  std::uint64_t word = paired(now ^ topic, shadow.origin + ((std::uint64_t{shadow.occurrence} << 32) | shadow.copy));
  if (row.present != 0) {
    const std::int64_t* fields = world.fields(message);
    for (std::uint32_t f = 0; f < model.fields; ++f) {
      if ((row.present >> f & 1) != 0) word = paired(word + f, static_cast<std::uint64_t>(fields[f]));
    }
  }
  if (row.artifact != no_row) word = paired(word, world.artifact(row.artifact).identity);
  return word;
}

}  // namespace squall::sim
