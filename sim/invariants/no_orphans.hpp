// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No child goes on when whoever spawned it is over, unless it was asked to stop. Judged at each end and each crash of an
/// activation that has spawned; branches end with their parent in any case. A child that was restarted has been told to its
/// parent as crashed, and is its own from then on.
struct NoOrphans {
  static constexpr const char* name = "no-orphans";
  static constexpr const char* claim = "no child goes on when whoever spawned it is over";
  static constexpr const char* witness = "the child and its parent: worker of lead";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const NoOrphans&, const NoOrphans&) = default;
};

}  // namespace squall::sim
