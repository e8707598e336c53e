// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/node.hpp"

#include <algorithm>

namespace squall::scenarios {

const Node::Entry* Node::entry(std::string_view key) const {
  const auto found = std::ranges::find_if(entries, [&](const Entry& e) { return e.key->text == key; });
  return found == entries.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view key) const {
  const Entry* found = entry(key);
  return found == nullptr ? nullptr : found->value;
}

// Recursion is bounded by the depth that a document may have.
Node* Tree::copy(const Node& node) {
  Node* made = make(node);
  for (Node*& item : made->items) item = copy(*item);
  for (Node::Entry& entry : made->entries) entry = {copy(*entry.key), copy(*entry.value)};
  return made;
}

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text) return false;
  return std::ranges::equal(a.items, b.items, [](const Node* x, const Node* y) { return same(*x, *y); }) &&
         std::ranges::equal(a.entries, b.entries, [](const Node::Entry& x, const Node::Entry& y) {
           return same(*x.key, *y.key) && same(*x.value, *y.value);
         });
}

}  // namespace squall::scenarios
