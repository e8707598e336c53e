// SPDX-License-Identifier: Apache-2.0
#include "faults/planned.hpp"

namespace squall::faults {
namespace {

std::vector<PlannedKind> all_planned() {
  using enum Strikes;
  return {
      {"history-reordered",
       context,
       "a reader of a history sees two entries in the wrong order; not in this kernel, where a history counts its "
       "entries or "
       "is a set of them: no program could tell. What an order can do is message-reorder, and stale-read of one key",
       "history-reordered: {agent: coder, key: notes, nth: 1}",
       {}},
  };
}

}  // namespace

std::span<const PlannedKind> planned_kinds() {
  static const std::vector<PlannedKind> kinds = all_planned();
  return kinds;
}

}  // namespace squall::faults
