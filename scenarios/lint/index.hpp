// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/survey.hpp"

namespace squall::scenarios {

/// What a workflow declares, by name, and which of its steps speak of it: looked up by many rules, gathered once.
class Index {
 public:
  using Number = Survey::Number;
  using Sites = std::vector<Number>;
  using Names = std::map<std::string, std::vector<Origin>>;

  /// Refers to both. O(n log n) in the steps.
  Index(const Workflow& workflow, const Survey& survey);

  /// Declarations; nullptr where there is none of that name.
  const AgentSpec* agent(const std::string& name) const { return find(agents_, name); }
  const TopicSpec* topic(const std::string& name) const { return find(topics_, name); }
  const KeySpec* key(const std::string& name) const { return find(keys_, name); }
  const ToolSpec* tool(const std::string& name) const { return find(tools_, name); }
  const ResourceSpec* resource(const std::string& name) const { return find(resources_, name); }

  /// Steps in the order of the survey.
  const Sites& writes(const std::string& key) const { return at(writes_, key); }  ///< `write`, `update`
  const Sites& calls(const std::string& tool) const { return at(calls_, tool); }
  const Sites& asks(const std::string& topic) const { return at(asks_, topic); }
  const Sites& spawns(const std::string& agent) const { return at(spawns_, agent); }
  const Sites& publishes(const std::string& topic) const { return at(publishes_, topic); }

  /// What may be behind the names of an agent; worked out when it is first asked for.
  const Names& origins(Number agent) const;
  /// Whether somebody makes the key grow: by its reducer, or by what is written.
  bool is_counted(const std::string& key) const;

 private:
  template <class Spec>
  using Map = std::map<std::string_view, const Spec*>;
  using Steps = std::map<std::string_view, Sites>;

  template <class Spec>
  static const Spec* find(const Map<Spec>& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
  }
  static const Sites& at(const Steps& steps, const std::string& name) {
    static const Sites none;
    const auto found = steps.find(name);
    return found == steps.end() ? none : found->second;
  }

  const Survey& survey_;
  Map<AgentSpec> agents_;
  Map<TopicSpec> topics_;
  Map<KeySpec> keys_;
  Map<ToolSpec> tools_;
  Map<ResourceSpec> resources_;
  Steps writes_, calls_, asks_, spawns_, publishes_;
  mutable std::map<Number, Names> origins_;  // of one thread: an index is made for one lint
};

}  // namespace squall::scenarios
