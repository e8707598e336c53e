// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression/type_table.hpp"

namespace squall::scenarios {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::unknown: return "something unknown";
    case Type::boolean: return "a truth value";
    case Type::integer: return "a number";
    case Type::text: return "a text";
    case Type::duration: return "a duration";
    case Type::agent: return "an agent";
    case Type::artifact: return "an artifact";
    case Type::message: return "a message";
    case Type::messages: return "a list of messages";
  }
  return {};
}

TypeTable::Place TypeTable::fresh(Type type) {
  const auto place = static_cast<Place>(nodes_.size());
  nodes_.push_back({place, type});
  return place;
}

TypeTable::Place TypeTable::named(const std::string& name) {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  return names_.emplace(name, fresh()).first->second;
}

TypeTable::Place TypeTable::root(Place place) const {
  while (nodes_[place].parent != place) {
    nodes_[place].parent = nodes_[nodes_[place].parent].parent;
    place = nodes_[place].parent;
  }
  return place;
}

bool TypeTable::unite(Place a, Place b) {
  a = root(a);
  b = root(b);
  if (nodes_[a].type == Type::unknown) {
    nodes_[a].parent = b;
    return true;
  }
  if (nodes_[b].type != Type::unknown && nodes_[b].type != nodes_[a].type) return false;
  nodes_[b].parent = a;
  return true;
}

}  // namespace squall::scenarios
