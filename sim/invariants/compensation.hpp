// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// At the end of an instance that has failed, each effect of a tool with `undone-by` has been undone: the undoing tool
/// has had its effect for the same purpose, afterwards and as often. A call in `undo` has the purpose of the step that
/// it undoes.
struct Compensation {
  static constexpr const char* name = "compensation";
  static constexpr const char* claim = "what was done for an instance that failed is undone";
  static constexpr const char* witness = "the tool and whose effect is left: booking for traveller";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const Compensation&, const Compensation&) = default;
};

}  // namespace squall::sim
