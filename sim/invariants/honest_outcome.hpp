// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// The outcome that is reported is what really came out: no success is reported over work that failed. The quiet failure.
///
/// What really came out is the model's goal, asked at the end of each instance. Without one it is: every activation that
/// began has ended well, and whoever reports success has not been given unsound work. Branches are judged by their parent, an
/// activation that a crash took by the one that replaced it; who was cancelled, and a daemon that waits, has not failed, nor
/// has a daemon that crashed while it waited for whatever may come: it owed nothing. Then
/// a reported failure is never a lie. Nothing reported is none either, a second report that differs from the first always.
struct HonestOutcome {
  static constexpr const char* name = "honest-outcome";
  static constexpr const char* claim = "the outcome that is reported is what really came out";
  static constexpr const char* witness =
      "who reports what, and why it is not so: planner reports success, coder failed";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const HonestOutcome&, const HonestOutcome&) = default;
};

}  // namespace squall::sim
