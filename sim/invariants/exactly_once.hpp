// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// What was asked of a tool happens exactly once, counted by what it is for (the `for` of a call), however often it was
/// called: never twice, and never not at all when the tool has answered that it was done, or when the instance ends and
/// nobody knows that it was not: whoever asked last was not refused (it gave up, or crashed), and no failure was reported.
struct ExactlyOnce {
  static constexpr const char* name = "exactly-once";
  static constexpr const char* claim = "what was asked of a tool happens exactly once";
  static constexpr const char* witness = "the tool and who asked: payment for clerk, twice";

  ToolNames tools;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"tools", "all", "whose effects are counted"}, self.tools);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const ExactlyOnce&, const ExactlyOnce&) = default;
};

}  // namespace squall::sim
