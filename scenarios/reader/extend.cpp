// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/extend.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/field_table.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/change_index.hpp"

namespace squall::scenarios {

Node* extended(Tree& tree, Node& parent, Node& child, Findings& findings) {
  constexpr std::array<std::string_view, 16> allowed{"workflow",   "about", "extends", "change", "faults",   "plan",
                                                     "and-faults", "seed",  "set",     "choose", "schedule", "without",
                                                     "check",      "goal",  "load",    "digest"};
  Node* whole = tree.make({.kind = Node::Kind::mapping, .mark = child.mark});
  for (const Node::Entry& entry : parent.entries) {
    constexpr std::array<std::string_view, 4> not_inherited{"expect", "digest", "extends", "change"};
    if (std::ranges::find(not_inherited, entry.key->text) == not_inherited.end()) whole->entries.push_back(entry);
  }
  for (const Node::Entry& entry : child.entries) {
    const std::string& section = entry.key->text;
    if (section == "extends" || section == "change") continue;
    if (section != "expect" && std::ranges::find(allowed, section) == allowed.end()) {
      findings.add(entry.key->mark, fmt::format("an extending file holds no '{}'", section),
                   fmt::format("change single places: change: {{{}.NAME: …}}", section));
      continue;
    }
    const auto inherited = std::ranges::find(whole->entries, section, [](const Node::Entry& e) { return e.key->text; });
    if (inherited == whole->entries.end()) {
      whole->entries.push_back(entry);
    } else {
      *inherited = entry;
    }
  }
  if (const Node* changes = child.find("change")) apply_changes(tree, *whole, *changes, findings);
  return whole;
}

namespace {

/// Follows one path of a `change` to its place, and edits there.
class Change {
 public:
  Change(Tree& tree, ChangeIndex& index, Node& root, const Node& key, Node& value, Findings& findings)
      : tree_(tree), index_(index), root_(root), key_(key), value_(value), findings_(findings) {
    for (std::size_t from = 0; from <= key.text.size();) {
      const std::size_t to = std::min(key.text.find('.', from), key.text.size());
      parts_.emplace_back(key.text.substr(from, to - from));
      from = to + 1;
    }
  }

  void run() {
    if (parts_.size() == 2 && parts_[1] == "add" && (parts_[0] == "check" || parts_[0] == "faults")) return append();
    Node* at = &root_;
    std::size_t part = 0;
    for (; part + 1 < parts_.size(); ++part) {
      if (leads_to_step(*at, part)) return in_steps(*at, part);
      Node* next = at->is_mapping() ? index_.find(*at, parts_[part]) : nullptr;
      if (next == nullptr) return names_nothing(*at, part);
      at = next;
      if (is_owner(part)) agent_ = at;
    }
    if (leads_to_step(*at, part)) return in_steps(*at, part);
    replace(*at, parts_.back(), part);
  }

 private:
  /// Whether this part of the path is the name of an agent or of a node.
  bool is_owner(std::size_t part) const {
    if (parts_[0] == "agents") return part == 1;
    return parts_[0] == "graph" && part >= 2 && parts_[part - 1] == "nodes";
  }
  /// Behind such a name stand its fields, or ids of its steps.
  bool leads_to_step(const Node& at, std::size_t part) const {
    return part != 0 && is_owner(part - 1) && at.is_mapping() &&
           find_field(parts_[0] == "agents" ? "agent" : "node", parts_[part]) == nullptr;
  }

  void say(std::string what, std::string fix) { findings_.add(key_.mark, std::move(what), std::move(fix)); }

  void names_nothing(const Node& at, std::size_t part) {
    std::vector<std::string_view> known;
    for (const Node::Entry& entry : at.entries) known.push_back(entry.key->text);
    std::string fix = instead_of(parts_[part], known);
    say(fmt::format("'{}' names nothing: there is no '{}'", key_.text, parts_[part]),
        fix.empty() ? "name a place of the extended file" : std::move(fix));
  }

  void changes_nothing() {
    say(fmt::format("'{}' changes nothing: it is so already", key_.text), "leave it out, or write another value");
  }

  /// Replaces, adds or removes a field of a mapping.
  void replace(Node& map, const std::string& field, std::size_t part) {
    if (!map.is_mapping()) {
      // A short form has no fields to go into.
      say(fmt::format("'{}' names nothing: '{}' has no fields there", key_.text, part == 0 ? "file" : parts_[part - 1]),
          "replace it as a whole");
      return;
    }
    const std::size_t place = index_.entry(map, field);
    if (value_.is_null()) {
      if (place == map.entries.size()) return names_nothing(map, part);
      leaves(*map.entries[place].value);
      index_.erase(map, place);
      return;
    }
    if (place == map.entries.size()) {
      Node* key = tree_.make({.plain = true, .mark = key_.mark, .text = field});
      index_.append(map, {key, &value_});
    } else {
      if (same(*map.entries[place].value, value_)) return changes_nothing();
      leaves(*map.entries[place].value);
      map.entries[place].value = &value_;
    }
    if (agent_ != nullptr) index_.come(*agent_, value_);
  }

  /// Ids of steps in it are those of no step any more.
  void leaves(const Node& value) {
    if (agent_ != nullptr) index_.gone(*agent_, value);
  }

  void append() {
    const Node::Entry* entry = root_.entry(parts_[0]);
    if (entry == nullptr) {
      Node* key = tree_.make({.plain = true, .mark = key_.mark, .text = parts_[0]});
      Node* list = tree_.make({.kind = Node::Kind::sequence, .mark = value_.mark});
      root_.entries.push_back({key, list});
      entry = &root_.entries.back();
    }
    if (!entry->value->is_sequence()) return say(fmt::format("'{}' is no list", parts_[0]), "make it a list");
    if (value_.is_sequence()) {
      if (value_.items.empty()) return changes_nothing();
      entry->value->items.insert(entry->value->items.end(), value_.items.begin(), value_.items.end());
    } else {
      entry->value->items.push_back(&value_);
    }
  }

  using Found = ChangeIndex::Found;

  /// `agents.A.ID…`: a step at any depth, its fields, or the places before and after it. `part`: of the id.
  void in_steps(Node& agent, std::size_t part) {
    const std::string& id = parts_[part];
    agent_ = &agent;
    const Found found = index_.step(agent, id);
    if (found.list == nullptr) {
      std::string fix = instead_of(id, index_.ids(agent));
      say(fmt::format("'{}' names nothing: '{}' has no field and no step '{}'", key_.text, parts_[part - 1], id),
          fix.empty() ? "give the step an 'id' in the extended file" : std::move(fix));
      return;
    }
    const std::size_t behind = parts_.size() - part - 1;
    if (behind == 0) return replace_step(found);
    if (behind == 1 && (parts_.back() == "before" || parts_.back() == "after")) return insert(found);
    Node* at = found.list->items[found.place];
    for (++part; part + 1 < parts_.size(); ++part) {
      Node* next = at->is_mapping() ? at->find(parts_[part]) : nullptr;
      if (next == nullptr) return names_nothing(*at, part);
      at = next;
    }
    replace(*at, parts_.back(), parts_.size() - 1);
  }

  void replace_step(const Found& found) {
    auto& items = found.list->items;
    if (value_.is_null()) {
      leaves(*items[found.place]);
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(found.place));
      return;
    }
    if (!value_.is_mapping()) return say("a step is replaced by a step", "write {ACTION: …}, or null to remove it");
    if (value_.find("id") == nullptr) {  // a replaced step keeps its id
      const Node::Entry* id = items[found.place]->entry("id");
      value_.entries.insert(value_.entries.begin(), *id);
    }
    if (same(*items[found.place], value_)) return changes_nothing();
    leaves(*items[found.place]);
    items[found.place] = &value_;
    index_.come(*agent_, value_, found.list);
  }

  void insert(const Found& found) {
    std::vector<Node*> steps = value_.is_sequence() ? value_.items : std::vector<Node*>{&value_};
    if (steps.empty() || value_.is_null()) return changes_nothing();
    const std::size_t place = found.place + (parts_.back() == "after" ? 1 : 0);
    auto& items = found.list->items;
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), steps.begin(), steps.end());
    for (Node* step : steps) index_.come(*agent_, *step, found.list);
  }

  Tree& tree_;
  ChangeIndex& index_;
  Node& root_;
  const Node& key_;
  Node& value_;
  Findings& findings_;
  std::vector<std::string> parts_;
  Node* agent_ = nullptr;  ///< whose steps the path leads into
};

}  // namespace

void apply_changes(Tree& tree, Node& root, const Node& changes, Findings& findings) {
  if (!changes.is_mapping()) {
    findings.add(changes.mark, "'change' is a map of paths to new values",
                 "write change: {agents.NAME.ID.timeout: 5s}");
    return;
  }
  ChangeIndex index;
  for (const Node::Entry& entry : changes.entries) Change{tree, index, root, *entry.key, *entry.value, findings}.run();
}

}  // namespace squall::scenarios
