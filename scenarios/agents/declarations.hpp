// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// What the names of a workflow mean: found in one walk over all its programs, before any of them is compiled.
class Declarations {
 public:
  Declarations(const Workflow& workflow, std::vector<BuildError>& errors);

  struct Agent {
    const AgentSpec* spec = nullptr;
    sim::DefinitionId id{};
    sim::AgentId first{};
    std::uint32_t members = 0;  ///< from the start; 0 of a spawned one
  };
  const Agent* agent(const std::string& name) const;
  /// Of a topic that some program names. Any, where it has no name: said elsewhere.
  sim::TopicId topic(const std::string& name) const { return name.empty() ? sim::TopicId{} : topics_.at(name); }
  /// Whether a program of `agent` receives, handles or discards it.
  bool takes(const std::string& agent, const std::string& topic) const {
    return taken_.contains({agent, topic}) || taken_.contains({agent, std::string{}});
  }
  bool has_topic(const std::string& name) const { return topics_.contains(name); }
  std::optional<sim::KeyId> key(const std::string& name) const { return find<sim::KeyId>(keys_, name); }
  std::optional<sim::ToolId> tool(const std::string& name) const { return find<sim::ToolId>(tools_, name); }
  std::optional<sim::ResourceId> resource(const std::string& name) const {
    return find<sim::ResourceId>(resources_, name);
  }
  sim::ArtifactName artifact(const std::string& name);
  /// Position of a message field; nothing if no message carries it.
  std::optional<std::uint8_t> field(const std::string& name) const { return find<std::uint8_t>(fields_, name); }
  std::int64_t text(const std::string& literal);
  std::uint32_t event(const std::string& name);
  /// A built-in error, or one that some step fails with.
  std::optional<sim::Error> error(const std::string& name) const;
  /// All of these by name: the built-in ones first.
  std::vector<std::pair<std::string, sim::Error>> errors_known() const;
  /// The hidden lock of `update` with `guard: lock`.
  sim::ResourceId update_lock(const std::string& key);

  /// A declared name that is close to `name`, or the list of all: what to write instead.
  std::string instead_of_agent(const std::string& name) const;
  /// A topic that `agent` takes and that is close to `name`; empty where there is none.
  std::string instead_of_topic(const std::string& agent, const std::string& name) const;
  std::string instead_of_key(const std::string& name) const;
  std::string instead_of_tool(const std::string& name) const;
  std::string instead_of_resource(const std::string& name) const;
  /// Of an error: one that is close to `name`, else `otherwise`.
  std::string instead_of_error(const std::string& name, std::string otherwise) const;

  sim::Model model;  ///< everything but definitions, until `Workflow::build` adds them

 private:
  template <class Id, class Map>
  static std::optional<Id> find(const Map& map, const std::string& name) {
    const auto found = map.find(name);
    if (found == map.end()) return std::nullopt;
    return static_cast<Id>(found->second);
  }
  void mention_topic(const std::string& name);
  void mention_fields(const std::string& topic, const Named& with);
  void own_error(const std::string& name);
  void mention(const std::string& agent, const Step& step);
  void mention(const std::string& agent, const steps::Runtime& runtime);
  void declare_sections(const Workflow& workflow);
  void place_fields();
  void subscribe_receivers();

  std::vector<BuildError>& errors_;
  std::map<std::string, Agent> agents_;
  std::map<std::string, sim::TopicId> topics_;
  std::map<std::string, std::uint16_t> keys_, tools_, resources_;
  std::map<std::string, std::uint32_t> artifacts_, events_;
  std::map<std::string, std::int64_t> texts_;
  std::map<std::string, std::uint8_t> fields_;
  std::map<std::string, std::uint32_t> own_errors_;
  std::vector<std::pair<std::string, std::vector<std::string>>> carried_;  ///< fields by topic, in order of mention
  std::map<std::string, std::vector<std::string>> receivers_, explicit_subscribers_;  ///< agents by topic
  std::set<std::pair<std::string, std::string>> taken_;  ///< (agent, topic); an empty topic is any
  std::vector<std::string> sent_;
  std::set<std::string> sent_once_;
  std::map<std::string, std::size_t> carried_at_;  ///< places in `carried_`
};

}  // namespace squall::scenarios
