// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/monitor.hpp"

namespace squall::sim {

/// No agents wait for each other in a cycle.
///
/// Not every cycle of waits is one: what any other agent can still hand out opens it, a deadline opens it where its other
/// branch supplies what is missing (`wait_for.hpp`). A cycle in which every wait gives up by itself is none either.
struct DeadlockFreedom {
  static constexpr const char* name = "deadlock-freedom";
  static constexpr const char* claim = "no agents wait for each other in a cycle";
  static const Monitor monitor;
};

}  // namespace squall::sim
