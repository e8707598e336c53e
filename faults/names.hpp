// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace squall::faults {

/// One name, or several of which any will do; none: everything. Written `coder` or `[coder, tester]`.
struct Names {
  std::vector<std::string> all;

  Names() = default;
  // NOLINTBEGIN(google-explicit-constructor): a name, or a list of them, is written where names are asked for
  Names(const char* name) : Names(std::string(name)) {}
  Names(std::string_view name) : Names(std::string(name)) {}
  Names(std::string name) {
    if (!name.empty()) all.push_back(std::move(name));
  }
  Names(std::vector<std::string> names) : all(std::move(names)) {}
  // NOLINTEND(google-explicit-constructor)

  bool empty() const { return all.empty(); }
  friend bool operator==(const Names&, const Names&) = default;
};

/// The name of a topic, where an option asks for one.
struct TopicName {
  std::string name;
  friend bool operator==(const TopicName&, const TopicName&) = default;
};

}  // namespace squall::faults
