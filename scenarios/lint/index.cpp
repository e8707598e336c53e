// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/index.hpp"

#include <algorithm>

namespace squall::scenarios {

Index::Index(const Workflow& workflow, const Survey& survey) : survey_(survey) {
  const auto list = [](auto& map, const auto& declared) {
    for (const auto& [name, spec] : declared) map.emplace(name, &spec);
  };
  list(agents_, workflow.agents());
  list(topics_, workflow.topics());
  list(keys_, workflow.keys());
  list(tools_, workflow.tools());
  list(resources_, workflow.resources());
  for (Number n = 0; n < survey.size(); ++n) {
    if (const auto* write = survey.as<steps::Write>(n)) writes_[write->key].push_back(n);
    if (const auto* update = survey.as<steps::Update>(n)) writes_[update->key].push_back(n);
    if (const auto* call = survey.as<steps::Call>(n)) calls_[call->tool].push_back(n);
    if (const auto* ask = survey.as<steps::Ask>(n)) asks_[ask->topic].push_back(n);
    if (const auto* spawn = survey.as<steps::Spawn>(n)) spawns_[spawn->agent].push_back(n);
    if (const auto* publish = survey.as<steps::Publish>(n)) publishes_[publish->topic].push_back(n);
  }
}

const Index::Names& Index::origins(Number agent) const {
  const auto found = origins_.find(agent);
  if (found != origins_.end()) return found->second;
  return origins_.emplace(agent, origins_of(survey_, agent)).first->second;
}

bool Index::is_counted(const std::string& key) const {
  const KeySpec* spec = this->key(key);
  if (spec != nullptr && (spec->reducer == sim::Reducer::sum || spec->reducer == sim::Reducer::append)) return true;
  return std::ranges::any_of(writes(key), [&](Number n) {
    const auto* write = survey_.as<steps::Write>(n);
    const auto* update = survey_.as<steps::Update>(n);
    return (write != nullptr && write->value && steps_on(*write->value)) ||
           (update != nullptr && steps_on(update->value));
  });
}

}  // namespace squall::scenarios
