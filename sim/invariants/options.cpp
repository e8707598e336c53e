// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/options.hpp"

#include <algorithm>

#include "sim/model.hpp"

namespace squall::sim {
namespace {

template <class Info>
std::optional<std::string> unknown_among(const std::vector<std::string>& names, const std::vector<Info>& declared) {
  for (const std::string& name : names) {
    if (std::ranges::find(declared, name, &Info::name) == declared.end()) return name;
  }
  return std::nullopt;
}

template <class Info>
std::vector<bool> selected_among(const std::vector<std::string>& names, const std::vector<Info>& declared,
                                 bool all_if_empty) {
  std::vector<bool> chosen(declared.size(), names.empty() && all_if_empty);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (std::ranges::find(names, declared[i].name) != names.end()) chosen[i] = true;
  }
  return chosen;
}

}  // namespace

std::optional<std::string> unknown_name(const AgentNames& list, const Model& model) {
  return unknown_among(list.names, model.definitions);
}
std::optional<std::string> unknown_name(const KeyNames& list, const Model& model) {
  return unknown_among(list.names, model.keys);
}
std::optional<std::string> unknown_name(const ToolNames& list, const Model& model) {
  return unknown_among(list.names, model.tools);
}
std::optional<std::string> unknown_name(const ResourceNames& list, const Model& model) {
  return unknown_among(list.names, model.resources);
}

std::vector<bool> selected(const AgentNames& list, const Model& model, bool all_if_empty) {
  return selected_among(list.names, model.definitions, all_if_empty);
}
std::vector<bool> selected(const KeyNames& list, const Model& model, bool all_if_empty) {
  return selected_among(list.names, model.keys, all_if_empty);
}
std::vector<bool> selected(const ToolNames& list, const Model& model, bool all_if_empty) {
  return selected_among(list.names, model.tools, all_if_empty);
}
std::vector<bool> selected(const ResourceNames& list, const Model& model, bool all_if_empty) {
  return selected_among(list.names, model.resources, all_if_empty);
}

}  // namespace squall::sim
