// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reader/sources.hpp"

namespace squall::scenarios {

/// A piece of a YAML document, with its place. Nodes belong to a `Tree` and point to each other; a tree has no cycles and
/// no shared parts: aliases are written out.
struct Node {
  enum class Kind : std::uint8_t { scalar, sequence, mapping } kind = Kind::scalar;
  bool plain = false;  ///< a scalar without quotes
  Mark mark;           ///< of a scalar its text; of the others where they begin
  std::string text;    ///< of a scalar
  std::vector<Node*> items;
  struct Entry {
    Node* key;
    Node* value;
  };
  std::vector<Entry> entries;  ///< in the order of the file
  std::uint32_t size = 1;      ///< nodes in it, itself included

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
  /// YAML's null: nothing, `~` or `null`, without quotes.
  bool is_null() const { return is_scalar() && plain && (text.empty() || text == "~" || text == "null"); }

  /// The value of a key of a mapping; nullptr where there is none.
  Node* find(std::string_view key) const;
  const Entry* entry(std::string_view key) const;
};

/// Owns nodes.
class Tree {
 public:
  Node* make(Node node) { return &nodes_.emplace_back(std::move(node)); }
  Node* copy(const Node& node);
  std::size_t size() const { return nodes_.size(); }

 private:
  std::deque<Node> nodes_;
};

/// Equal texts in equal structure, wherever they stand.
bool same(const Node& a, const Node& b);

}  // namespace squall::scenarios
