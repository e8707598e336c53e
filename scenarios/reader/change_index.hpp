// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/reader/node.hpp"

namespace squall::scenarios {

/// Where names and ids stand in a tree that is being changed: a file may change each of thousands of agents and steps, and to
/// walk the tree for each would take the square of that. What has been looked into once is kept up with the edits.
class ChangeIndex {
 public:
  /// The place of a key among the entries of a mapping; `entries.size()` where there is none.
  std::size_t entry(const Node& map, std::string_view key);
  /// The value of a key; nullptr where there is none.
  Node* find(const Node& map, std::string_view key) {
    const std::size_t place = entry(map, key);
    return place == map.entries.size() ? nullptr : map.entries[place].value;
  }
  void append(Node& map, Node::Entry entry);
  void erase(Node& map, std::size_t place);

  /// A list of steps with the place in it of the step that has the id.
  struct Found {
    Node* list = nullptr;
    std::size_t place = 0;
  };
  /// The step of an agent with this id, at any depth of its `do` and `on`; no list where there is none.
  Found step(const Node& agent, std::string_view id);
  /// All ids of its steps, in order.
  std::vector<std::string_view> ids(const Node& agent);

  /// `value` is about to leave the tree, or has come to stand in it: a step of `list`, or (no list) something inside a step.
  void gone(const Node& agent, const Node& value);
  void come(const Node& agent, Node& value, Node* list = nullptr);

 private:
  struct Step {
    Node* list;
    const Node* node;
  };
  using Steps = std::map<std::string, Step, std::less<>>;
  using Keys = std::map<std::string_view, const Node*>;

  static const std::string* id_of(const Node& step);
  static void add(Steps& steps, Node& node, Node* list);
  Steps& steps_of(const Node& agent);

  /// What is known of nodes, to be looked up: their order decides nothing.
  template <class T>
  class Known {
   public:
    T* find(const Node& node) {
      const auto at = place(node);
      return at != all_.end() && at->first == &node ? at->second.get() : nullptr;
    }
    T& add(const Node& node) { return *all_.emplace(place(node), &node, std::make_unique<T>())->second; }

   private:
    using Entry = std::pair<const Node*, std::unique_ptr<T>>;
    auto place(const Node& node) { return std::ranges::lower_bound(all_, &node, std::less<>{}, &Entry::first); }
    std::vector<Entry> all_;
  };

  Known<Keys> keys_;    ///< of mappings with many entries
  Known<Steps> steps_;  ///< of agents
};

}  // namespace squall::scenarios
