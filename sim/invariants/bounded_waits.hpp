// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody waits for a message, an answer, a resource or room without a timeout or deadline around the wait: what never
/// comes would hold it for ever. Idle servers and daemons are exempt, and so are joins, which end as their branches do.
/// Judged when a wait begins and its turn is over. Struct agents have no bounds that could be seen, and are not judged.
struct BoundedWaits {
  static constexpr const char* name = "bounded-waits";
  static constexpr const char* claim = "every wait for another agent has a bound";
  static constexpr const char* witness = "who waits without one, and for what: coder waits for report";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const BoundedWaits&, const BoundedWaits&) = default;
};

}  // namespace squall::sim
