// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No agents wait for each other in a cycle.
///
/// Not every cycle of waits is one: what any other agent can still hand out opens it, a deadline opens it where its other
/// branch supplies what is missing (`wait_for.hpp`). A cycle in which every wait gives up by itself is none either.
struct DeadlockFreedom {
  static constexpr const char* name = "deadlock-freedom";
  static constexpr const char* claim = "no agents wait for each other in a cycle";
  static constexpr const char* witness = "who waits for whom: coder, tester, docs";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const DeadlockFreedom&, const DeadlockFreedom&) = default;
};

}  // namespace squall::sim
