// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/change_index.hpp"

#include <algorithm>

namespace squall::scenarios {
namespace {

/// Smaller mappings are searched as they are.
constexpr std::size_t many = 64;

}  // namespace

std::size_t ChangeIndex::entry(const Node& map, std::string_view key) {
  const auto place = [&](const auto& is) {
    return static_cast<std::size_t>(std::ranges::find_if(map.entries, is) - map.entries.begin());
  };
  if (map.entries.size() < many) return place([&](const Node::Entry& e) { return e.key->text == key; });
  Keys* known = keys_.find(map);
  if (known == nullptr) {
    known = &keys_.add(map);
    for (const Node::Entry& each : map.entries) known->emplace(each.key->text, each.key);
  }
  const auto found = known->find(key);
  if (found == known->end()) return map.entries.size();
  return place([&](const Node::Entry& e) { return e.key == found->second; });
}

void ChangeIndex::append(Node& map, Node::Entry entry) {
  map.entries.push_back(entry);
  if (Keys* known = keys_.find(map)) known->emplace(entry.key->text, entry.key);
}

void ChangeIndex::erase(Node& map, std::size_t place) {
  if (Keys* known = keys_.find(map)) known->erase(map.entries[place].key->text);
  map.entries.erase(map.entries.begin() + static_cast<std::ptrdiff_t>(place));
}

const std::string* ChangeIndex::id_of(const Node& step) {
  const Node* id = step.is_mapping() ? step.find("id") : nullptr;
  return id != nullptr && id->is_scalar() ? &id->text : nullptr;
}

// Recursion is bounded by the depth that a document may have.
void ChangeIndex::add(Steps& steps, Node& node, Node* list) {
  if (const std::string* id = list == nullptr ? nullptr : id_of(node)) steps.emplace(*id, Step{list, &node});
  for (Node* item : node.items) add(steps, *item, &node);
  for (const Node::Entry& entry : node.entries) add(steps, *entry.value, nullptr);
}

ChangeIndex::Steps& ChangeIndex::steps_of(const Node& agent) {
  if (Steps* known = steps_.find(agent)) return *known;
  Steps& made = steps_.add(agent);
  for (const char* field : {"do", "on", "otherwise"}) {
    if (Node* steps = agent.find(field)) add(made, *steps, nullptr);
  }
  return made;
}

ChangeIndex::Found ChangeIndex::step(const Node& agent, std::string_view id) {
  const Steps& steps = steps_of(agent);
  const auto found = steps.find(id);
  if (found == steps.end()) return {};
  const std::vector<Node*>& items = found->second.list->items;
  const auto place = std::ranges::find(items, found->second.node);
  if (place == items.end()) return {};
  return {found->second.list, static_cast<std::size_t>(place - items.begin())};
}

namespace {

void collect_ids(const Node& node, std::vector<std::string_view>& ids) {
  if (const Node* id = node.find("id"); id != nullptr && id->is_scalar()) ids.push_back(id->text);
  for (const Node* item : node.items) collect_ids(*item, ids);
  for (const Node::Entry& entry : node.entries) collect_ids(*entry.value, ids);
}

}  // namespace

std::vector<std::string_view> ChangeIndex::ids(const Node& agent) {
  std::vector<std::string_view> all;
  collect_ids(agent, all);
  return all;
}

void ChangeIndex::gone(const Node& agent, const Node& value) {
  Steps* known = steps_.find(agent);
  if (known == nullptr) return;
  std::vector<std::string_view> ids;
  collect_ids(value, ids);
  for (const std::string_view id : ids) {
    if (const auto step = known->find(id); step != known->end()) known->erase(step);
  }
}

void ChangeIndex::come(const Node& agent, Node& value, Node* list) {
  if (Steps* known = steps_.find(agent)) add(*known, value, list);
}

}  // namespace squall::scenarios
