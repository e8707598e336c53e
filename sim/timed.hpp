// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/apply.hpp"

namespace squall::sim {

enum class Halt : std::uint8_t {
  idle,           ///< nothing is pending: the run is over
  event_limit,    ///< `Limits::events_per_instance`, times the instances of the load
  pending_limit,  ///< more rows pending at once than a calendar can tell apart
  time_limit      ///< `Limits::virtual_time`, or an instant that does not fit into 64 bits
};

/// Advances to the earliest pending event and applies it. False when nothing is pending.
/// Events due at one instant come in the order in which they became pending.
bool step(World& world, Run& run);

/// Runs until nothing is pending or a limit is reached, then lets the monitors judge the end. Requires: `begin` was called.
/// Never allocates once the world has reached the size that its seeds need.
Halt run_timed(World& world, Run& run);

}  // namespace squall::sim
