// SPDX-License-Identifier: Apache-2.0
#include "sim/model.hpp"

#include <algorithm>

#include "sim/detail/kernel.hpp"
#include "sim/detail/wait_index.hpp"
#include "sim/world.hpp"

namespace squall::sim {

void Model::finish() {
  members = cells = channels = locals = sites = checkpoint_cells = 0;
  for (Definition& definition : definitions) {
    definition.key = site_key(definition.name);
    definition.first = AgentId{members};
    if (definition.start == Start::spawned) definition.replicas = 0;
    members += definition.replicas;
    const Behaviour& behaviour = *definition.behaviour;
    const auto own_cells = static_cast<std::uint32_t>(behaviour.cell_types.size());
    cells += own_cells * definition.replicas;
    locals = std::max(locals, static_cast<std::uint32_t>(behaviour.local_types.size()));
    // A struct agent counts its sends by topic, and its own draws after them.
    sites = std::max(sites, behaviour.struct_agent ? static_cast<std::uint32_t>(topics.size()) + 1 : behaviour.sites);
    if (definition.resume == Resume::checkpoint) checkpoint_cells = std::max(checkpoint_cells, own_cells);
    acts = acts || behaviour.actions != nullptr;
    bounded_inboxes = bounded_inboxes || definition.inbox != unlimited;
    acks = acks || definition.ack == Ack::end;
    hosts = hosts || definition.host != no_host;
    definition.handled = 0;
    for (const Definition::Handler& handler : definition.handlers) definition.handled |= topic_bit(handler.topic);
  }
  definitions_by_name.clear();
  for (std::uint32_t d = 0; d < definitions.size(); ++d) definitions_by_name.push_back(DefinitionId{d});
  std::ranges::sort(definitions_by_name, {},
                    [&](DefinitionId id) -> const std::string& { return definition(id).name; });

  topic_keys.clear();
  published = 0;
  for (std::uint32_t t = 0; t < topics.size(); ++t) {
    TopicInfo& topic = topics[t];
    topic.key = site_key(topic.name);
    topic_keys.push_back(topic.key);
    inner_topics = inner_topics || topic.inner;
    fields = std::max(fields, static_cast<std::uint32_t>(topic.field_names.size()));
    if (topic.mode == TopicInfo::Mode::label) continue;
    acks = acks || topic.ack == Ack::end;
    topic.channel = channels++;
    published |= topic_bit(TopicId{static_cast<std::uint16_t>(t)});
  }
  artifact_keys.clear();
  for (const std::string& artifact : artifact_names) artifact_keys.push_back(site_key(artifact));
  for (KeyInfo& key : keys) key.key = site_key(key.name);
  for (ToolInfo& tool : tools) {
    tool.key = site_key(tool.name);
    keeps_effects = keeps_effects || tool.dedup > Duration::zero();
  }
  for (ResourceInfo& resource : resources) resource.key = site_key(resource.name);
  detail::lay_out_context(*this);
  wait_index = std::make_shared<const detail::WaitIndex>(*this);

  monitor_memory = instance_monitor_memory = 0;
  listens = listens_untimed = at_once = stirs = 0;
  for (PlacedMonitor& placed : monitors) {
    const Monitor& monitor = placed.monitor;
    placed.memory = monitor_memory;
    monitor_memory += (monitor.bytes + 7) / 8 * 8;
    placed.instance_memory = instance_monitor_memory;
    instance_monitor_memory += (monitor.instance_bytes + 7) / 8 * 8;
    const SeenMask after = (monitor.listens & ~monitor.at_once) | monitor.stirs;
    listens |= after;
    listens_untimed |= after | (monitor.listens_untimed & ~monitor.at_once);
    at_once |= monitor.at_once;
    stirs |= monitor.stirs;
  }
}

std::string agent_name(const Model& model, const World& world, AgentId id) {
  if (id == nobody || id == anybody) return id == nobody ? "nobody" : "anybody";
  const AgentRow& agent = world.agent(id);
  const Definition& definition = model.definition(agent.definition);
  if (definition.replicas == 1) return definition.name;
  return definition.name + "[" + std::to_string(agent.member) + "]";
}

}  // namespace squall::sim
