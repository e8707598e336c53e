// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace squall::scenarios::imports {

/// `text` as a name of the workflow language: lower case, what is no letter or digit a hyphen (an underscore stays); what
/// begins with a digit gets `prefix` in front, and so do `null` and what nothing is left of.
std::string native_name(std::string_view text, std::string_view prefix);

/// Native names of one drawing, each given once. Agents, variables and keys of a workflow may not coincide, so all of them
/// come from here.
class Names {
 public:
  Names();
  /// A name for `text` that is no other's: `name`, `name-2`, `name-3`, in the order of asking. O(log names).
  std::string fresh(std::string_view text, std::string_view prefix = "n");
  /// The same without hyphens, as keys and variables are called.
  std::string fresh_plain(std::string_view text);

 private:
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, std::uint32_t, std::less<>> used_;
};

/// Labels of the edges of one node: the same text always gets the same label, another text another one.
class Labels {
 public:
  explicit Labels(std::string_view prefix) : prefix_(prefix) {}
  const std::string& of(std::string_view text);

 private:
  std::string prefix_;
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, std::string, std::less<>> known_;
};

}  // namespace squall::scenarios::imports
