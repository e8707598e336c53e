// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// Which states of one machine lead to which, to find the list that a Map runs over: it is known where a Pass before it writes it out.
class AslLists {
 public:
  /// Refers to the machine. O(states).
  explicit AslLists(const Node& machine);

  /// How long the list at `path` (`$.orders`) is when the state begins: the lengths on all ways to it, the longest last. Empty where
  /// some way leaves it open: it comes from the input, or from what a task answers. Looks at 200 states at most.
  std::vector<std::uint64_t> lengths(std::string_view state, std::string_view path) const;

 private:
  struct Before {
    std::string_view state;
    const Node* caught;  ///< the catcher by which it leads here; nullptr: it ended well
  };
  std::string_view start_;
  std::map<std::string_view, const Node*> states_;
  std::map<std::string_view, std::vector<Before>> before_;
};

/// What a Map state says of its items.
struct AslMap {
  const Node* inner = nullptr;  ///< what runs for each; nullptr: refused
  std::uint64_t width = 0;      ///< of items, or of batches of them
  std::string at_once;          ///< empty: all of them
  std::optional<DrawnTolerance> tolerated;
};

/// Reads a Map state; what it does not say is assumed, and told as such.
AslMap asl_map(Foreign& foreign, std::string_view name, const Node& state, const AslLists& lists);

}  // namespace squall::scenarios::imports
