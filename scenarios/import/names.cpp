// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/names.hpp"

#include <algorithm>
#include <array>

namespace squall::scenarios::imports {
namespace {

constexpr std::size_t longest = 60;

constexpr std::array reserved{"end",  "graph",    "start",     "self",   "msg",    "now",     "error",   "instance",
                              "true", "false",    "in",        "event",  "visit",  "agents",  "context", "resources",
                              "any",  "all",      "count",     "has",    "size",   "outcome", "effects", "tokens",
                              "old",  "spawned",  "exists",    "filter", "map",    "min",     "max",     "string",
                              "now",  "contains", "cancelled", "item",   "failed", "attempt"};

}  // namespace

std::string native_name(std::string_view text, std::string_view prefix) {
  std::string name;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() > 1 && text[0] == '-' && digit(text[1])) name = "minus";
  bool gap = false;
  for (const char c : text) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!(low >= 'a' && low <= 'z') && !digit(low) && low != '_') {
      gap = true;
      continue;
    }
    if (gap && !name.empty() && name.back() != '_' && low != '_') name += '-';
    gap = false;
    name += low;
    if (name.size() >= longest) break;
  }
  while (name.starts_with('_')) name.erase(0, 1);
  while (name.ends_with('_') || name.ends_with('-')) name.pop_back();
  if (name.empty()) return std::string{prefix};
  // What YAML reads as nothing is no name either.
  return digit(name[0]) || name == "null" ? std::string{prefix} + "-" + name : name;
}

Names::Names() {
  for (const char* word : reserved) taken_.insert(word);
}

std::string Names::fresh(std::string_view text, std::string_view prefix) {
  const std::string wish = native_name(text, prefix);
  std::string name = wish;
  std::uint32_t& number = used_[wish];
  // So is the runtime of a node's subgraph called.
  while (name.ends_with("-graph") || !taken_.insert(name).second) {
    number = std::max(2U, number + 1);
    name = wish + "-" + std::to_string(number);
  }
  return name;
}

std::string Names::fresh_plain(std::string_view text) {
  std::string wish = native_name(text, "n");
  std::ranges::replace(wish, '-', '_');
  std::string name = wish;
  for (std::uint32_t number = 2; !taken_.insert(name).second; ++number) name = wish + "_" + std::to_string(number);
  return name;
}

const std::string& Labels::of(std::string_view text) {
  const auto known = known_.find(text);
  if (known != known_.end()) return known->second;
  const std::string wish = native_name(text, prefix_);
  std::string label = wish;
  for (std::uint32_t number = 2; !taken_.insert(label).second; ++number) label = wish + "-" + std::to_string(number);
  return known_.emplace(std::string{text}, label).first->second;
}

}  // namespace squall::scenarios::imports
