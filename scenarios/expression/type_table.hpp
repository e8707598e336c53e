// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace squall::scenarios {

enum class Type : std::uint8_t { unknown, boolean, integer, text, duration, agent, artifact, message, messages };

/// "a number", "a text": for people.
std::string_view name_of(Type type);

/// What is known of types so far. Names whose type nothing has determined yet share a place once they are used alike, so
/// that each learns what the other is found to be (union-find).
class TypeTable {
 public:
  using Place = std::uint32_t;

  Place fresh(Type type = Type::unknown);
  /// The place of a name; the first call makes it.
  Place named(const std::string& name);
  Type type(Place place) const { return nodes_[root(place)].type; }

  /// Makes both places one. False, and nothing is changed, where they are known to differ.
  bool unite(Place a, Place b);
  bool unite(Place a, Type type) { return unite(a, fresh(type)); }

 private:
  struct Node {
    Place parent;
    Type type;
  };
  Place root(Place place) const;
  mutable std::vector<Node> nodes_;
  std::map<std::string, Place> names_;
};

}  // namespace squall::scenarios
