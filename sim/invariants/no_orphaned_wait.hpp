// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/monitor.hpp"

namespace squall::sim {

/// Nobody waits for ever for what no agent can hand out any more: the message was lost, its sender has ended or is down, a
/// lock's holder is gone. Waits that follow from a deadlock, or from another orphan, are told with that.
struct NoOrphanedWait {
  static constexpr const char* name = "no-orphaned-wait";
  static constexpr const char* claim = "nobody waits for ever for what no agent can hand out any more";
  static const Monitor monitor;
};

}  // namespace squall::sim
