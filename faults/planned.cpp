// SPDX-License-Identifier: Apache-2.0
#include "faults/planned.hpp"

namespace squall::faults {
namespace {

std::vector<PlannedKind> all_planned() {
  using enum Strikes;
  return {
      {"context-fork",
       context,
       "the key has two heads: writers no longer see each other; not in this kernel, whose keys keep one line of "
       "versions",
       "context-fork: {key: plan, nth: 1, lasts: 2m}",
       {{{"lasts", "never", "until it is over"}, Takes::duration}}},
      {"history-reordered",
       context,
       "a reader of a history sees two entries in the wrong order; not in this kernel, whose histories keep no order",
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
