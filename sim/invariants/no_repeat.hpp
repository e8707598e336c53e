// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No effect happens twice for one purpose (the `for` of a call).
struct NoRepeat {
  static constexpr const char* name = "no-repeat";
  static constexpr const char* claim = "no effect happens twice for one purpose";
  static constexpr const char* witness = "the tool and who asked: payment for clerk";

  ToolNames tools;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"tools", "all", "whose effects are counted"}, self.tools);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const NoRepeat&, const NoRepeat&) = default;
};

}  // namespace squall::sim
