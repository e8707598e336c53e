// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/fields.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Every shared step of every program begins in some run of a campaign: what never runs was never tested, and may be
/// unreachable. A question about many runs: no single one is judged by it, whoever plays them counts.
struct NoDeadStep {
  static constexpr const char* name = "no-dead-step";
  static constexpr const char* claim = "every step runs in some run of a campaign";
  static constexpr const char* witness = "the steps that never ran: coder/receive report";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const { return {.name = name, .claim = claim}; }
  friend bool operator==(const NoDeadStep&, const NoDeadStep&) = default;
};

}  // namespace squall::sim
