// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/telling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/error.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {

void tell(Told& told, Violation violation, Violations& found) {
  const std::uint64_t key = signature(violation);
  const std::span<const std::uint64_t> known{told.keys, told.count};
  if (known.size() == Told::most || std::ranges::find(known, key) != known.end()) return;
  told.keys[told.count++] = key;
  found.add(std::move(violation));
}

bool is_daemon(const Model& model, const World& world, AgentId agent) {
  return model.definition(world.agent(agent).definition).daemon;
}

bool is_branch(const World& world, Row activation) {
  return (world.activation(activation).flags & activation_flag::branch) != 0;
}

const std::string& role_of(const Model& model, const World& world, AgentId agent) {
  static const std::string none = "nobody";
  return index(agent) < world.used(Pool::agents) ? model.definition(world.agent(agent).definition).name : none;
}

std::string topic_text(const Model& model, TopicId topic) {
  if (is_reply(topic)) return topic == reply_topic ? "reply" : "error reply";
  if (index(topic) >= model.topics.size()) return "message";
  const TopicInfo& info = model.topic(topic);
  return info.told.empty() ? info.name : info.told;
}

std::string artifact_text(const Model& model, const World& world, Row artifact) {
  const ArtifactName name = world.artifact(artifact).name;
  return index(name) < model.artifact_names.size() ? model.artifact_names[index(name)] : "work";
}

std::string error_text(const Model& model, std::uint32_t error) {
  const auto own = static_cast<std::uint32_t>(Error::own);
  if (error >= own && error - own < model.errors.size()) return model.errors[error - own];
  return std::string{error_name(static_cast<Error>(error))};
}

std::string awaited_text(const Model& model, const World& world, Row activation) {
  const ActivationRow& row = world.activation(activation);
  if (row.phase != Phase::waiting) return "work";
  switch (row.wait) {
    case Wait::mailbox: {
      const Behaviour& behaviour = *model.definition(world.agent(row.agent).definition).behaviour;
      if (behaviour.struct_agent) return topic_text(model, TopicId{static_cast<std::uint16_t>(row.wait_arg)});
      const WaitSpec& wait = behaviour.waits[row.wait_arg];
      std::string text;
      for (const Source& source : wait.sources) {
        if (text == topic_text(model, source.topic)) continue;  // by either of two names
        if (!text.empty()) text += wait.all ? " and " : " or ";
        text += topic_text(model, source.topic);
      }
      return text;
    }
    case Wait::reply: return "an answer";
    case Wait::resource: return model.resources[row.wait_arg].name;
    case Wait::children: return "its children";
    case Wait::room: return fmt::format("room at {}", role_of(model, world, AgentId{row.wait_arg}));
    case Wait::hung:
    case Wait::none: break;
  }
  return "nothing";
}

std::string kept_by_text(const Model& model, const World& world, Row activation) {
  const ActivationRow& row = world.activation(activation);
  if (row.phase == Phase::waiting && row.wait == Wait::hung) return "hangs";
  return "still waits for " + awaited_text(model, world, activation);
}

std::string instance_text(const Model& model, const World& world, Row instance) {
  if (model.load.instances == 1 || instance == no_row) return {};
  return fmt::format(" (instance {})", world.instance(instance).number);
}

}  // namespace squall::sim
