// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Every instance comes to its end: what began in it has ended, daemons apart, and in time where a time is given.
///
/// At its end an instance is asked who still waits. `within` counts from its arrival; an instance that still moves when it is
/// over is late at that instant. Untimed worlds judge the end alone. A run that reaches a limit leaves the question open.
struct Termination {
  static constexpr const char* name = "termination";
  static constexpr const char* claim = "every instance comes to its end";
  static constexpr const char* witness = "who does not end: coder";

  std::optional<Duration> within;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"within", "", "from the arrival of each instance to its end, at most"}, self.within);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Termination&, const Termination&) = default;
};

}  // namespace squall::sim
