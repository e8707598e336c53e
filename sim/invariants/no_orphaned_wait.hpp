// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody waits for ever for what no agent can hand out any more: the message was lost, its sender has ended or is down, a
/// lock's holder is gone. Waits that follow from a deadlock, or from another orphan, are told with that.
struct NoOrphanedWait {
  static constexpr const char* name = "no-orphaned-wait";
  static constexpr const char* claim = "nobody waits for ever for what no agent can hand out any more";
  static constexpr const char* witness = "who waits for what: coder waits for report";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const NoOrphanedWait&, const NoOrphanedWait&) = default;
};

}  // namespace squall::sim
