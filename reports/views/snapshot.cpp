// SPDX-License-Identifier: Apache-2.0
#include "reports/views/snapshot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reports/text.hpp"
#include "scenarios/agents/variables.hpp"
#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;

class Looking {
 public:
  Looking(const Model& model, const World& world) : model_(model), world_(world) {}

  Snapshot all() {
    for (std::uint32_t a = 0; a < world_.used(Pool::agents) && seen_.agents.size() < snapshot_agents_max; ++a)
      agent(AgentId{a});
    keys();
    for (std::uint32_t r = 0; r < model_.resources.size(); ++r) resource(ResourceId{static_cast<std::uint16_t>(r)});
    for (std::uint32_t t = 0; t < model_.topics.size(); ++t) queue(TopicId{static_cast<std::uint16_t>(t)});
    return std::move(seen_);
  }

 private:
  void agent(AgentId id) {
    const AgentRow& row = world_.agent(id);
    AgentSnapshot agent{.name = agent_name(model_, world_, id), .doing = {}, .mailbox = {}, .variables = {}};
    if (row.state == AgentState::down) agent.doing.emplace_back("crashed");
    if (row.state == AgentState::hung) agent.doing.emplace_back("hangs");
    if (row.state == AgentState::up) {
      for (Row a = row.first; a != no_row; a = world_.activation(a).next) agent.doing.push_back(doing(a));
    }
    if (agent.doing.empty()) agent.doing.emplace_back(row.box_count == 0 ? "has nothing to do" : "takes nothing");
    for (Row m = row.box_head; m != no_row; m = world_.message(m).next) {
      if (agent.mailbox.size() == snapshot_messages_max) {
        agent.mailbox.push_back(fmt::format("{} more", row.box_count - snapshot_messages_max));
        break;
      }
      agent.mailbox.push_back(letter(m));
    }
    for (const scenarios::AgentVariable& variable : scenarios::variables_of(model_, world_, id)) {
      if (agent.variables.size() == snapshot_variables_max) break;
      agent.variables.push_back(fmt::format("{} = {}", variable.name, variable.value));
    }
    seen_.agents.push_back(std::move(agent));
  }

  std::string doing(Row a) const {
    const ActivationRow& row = world_.activation(a);
    const std::string instance = instance_text(model_, world_, row.instance);
    if (row.phase != Phase::waiting) return "at work" + instance;
    if (row.wait == Wait::hung) return "hangs" + instance;
    return fmt::format("waits for {}{}", awaited_text(model_, world_, a), instance);
  }

  std::string letter(Row m) const {
    const MessageRow& row = world_.message(m);
    const std::string topic = topic_text(model_, row.topic);
    return row.from == nobody ? topic : fmt::format("{} from {}", topic, agent_name(model_, world_, row.from));
  }

  void thing(std::string name, std::string holds) {
    if (seen_.things.size() < snapshot_things_max) seen_.things.push_back({std::move(name), std::move(holds)});
  }

  void keys() {
    for (std::uint32_t k = 0; k < model_.keys.size(); ++k) {
      const KeyId id{static_cast<std::uint16_t>(k)};
      if (model_.key(id).shared) {
        key(id, no_row);
        continue;
      }
      for (Row i = 0; i < world_.used(Pool::instances) && seen_.things.size() < snapshot_things_max; ++i) {
        if (world_.instance(i).live != 0) key(id, i);
      }
    }
  }

  void key(KeyId id, Row instance) {
    const KeyView view = key_of(world_, model_, id, instance);
    const KeyVersion& newest = view.version(view.newest());
    const std::string value = newest.has_value != 0 ? fmt::format("{}", newest.value) : "nothing";
    const std::string by = newest.writer == nobody ? "" : ", by " + agent_name(model_, world_, newest.writer);
    thing("key " + model_.key(id).name + instance_text(model_, world_, instance),
          view.newest() == 0 ? value : fmt::format("version {}: {}{}", view.newest(), value, by));
  }

  void resource(ResourceId id) {
    std::vector<std::string> holders;
    for (Row h = world_.resource(id).holds; h != no_row; h = world_.hold(h).next)
      holders.push_back(agent_name(model_, world_, world_.hold(h).agent));
    std::size_t line = 0;
    for (Row a = world_.resource(id).head; a != no_row; a = world_.activation(a).line) ++line;
    std::string holds = holders.empty() ? "free" : "held by " + listed(holders);
    if (line != 0) holds += fmt::format(", {} in line", line);
    thing(model_.resources[index(id)].name, std::move(holds));
  }

  void queue(TopicId id) {
    const TopicInfo& topic = model_.topic(id);
    if (topic.mode != TopicInfo::Mode::queue) return;
    std::size_t lie = 0;
    for (Row m = world_.channel(topic.channel).head; m != no_row; m = world_.message(m).next) ++lie;
    thing("queue " + topic.name, lie == 0 ? "empty" : fmt::format("{} not taken", lie));
  }

  const Model& model_;
  const World& world_;
  Snapshot seen_;
};

}  // namespace

Snapshot snapshot_of(const Model& model, const World& world) { return Looking{model, world}.all(); }

std::string to_text(const Snapshot& snapshot) {
  std::size_t width = 0;
  for (const AgentSnapshot& agent : snapshot.agents) width = std::max(width, printable(agent.name).size());
  for (const ThingSnapshot& thing : snapshot.things) width = std::max(width, printable(thing.name).size());
  std::string text;
  for (const AgentSnapshot& agent : snapshot.agents) {
    text += fmt::format("  {:<{}}  {}", printable(agent.name), width, printable(listed(agent.doing)));
    if (!agent.mailbox.empty()) text += "; in its mailbox: " + printable(listed(agent.mailbox));
    if (!agent.variables.empty()) text += "; " + printable(fmt::format("{}", fmt::join(agent.variables, ", ")));
    text += '\n';
  }
  for (const ThingSnapshot& thing : snapshot.things)
    text += fmt::format("  {:<{}}  {}\n", printable(thing.name), width, printable(thing.holds));
  return text;
}

}  // namespace squall::reports
