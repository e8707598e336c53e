// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No effect of the tools happens in an instance before a guard has accepted there. A guard accepts by a `validate`
/// that lets pass, or by ending well without having reported failure. Without `guard` any agent's `validate` that lets
/// pass will do.
struct GuardBeforeEffect {
  static constexpr const char* name = "guard-before-effect";
  static constexpr const char* claim = "no effect happens before what guards it";
  static constexpr const char* witness = "the tool and who called it: deploy by coder";

  ToolNames tools;
  AgentNames guard;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"tools", "all", "whose effects are guarded"}, self.tools);
    visit(Field{"guard", "", "the agent whose acceptance comes first"}, self.guard);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const GuardBeforeEffect&, const GuardBeforeEffect&) = default;
};

}  // namespace squall::sim
