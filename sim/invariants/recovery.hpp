// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Load comes back to normal. Whenever more than `normal` messages wait in a mailbox or a queue topic, so many or fewer do
/// within so long: a system that stays overloaded when its trouble is over, because of the work that the trouble has made, does
/// not (Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021).
///
/// What the trouble was it does not know: load above normal is how it shows. Judged in timed runs, of agents that are there
/// from the start; a run that ends before it is normal again never will be. Cost: as `queue-bounds`.
struct Recovery {
  static constexpr const char* name = "recovery";
  static constexpr const char* claim = "load is normal again some time after a trouble";
  static constexpr const char* witness = "where it is not: queue jobs";

  Duration within = std::chrono::minutes{1};
  std::uint32_t normal = 10;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"within", "1m", "from when more than `normal` wait until no more than that do"}, self.within);
    visit(Field{"normal", "10", "messages that may wait in one place"}, self.normal);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Recovery&, const Recovery&) = default;
};

}  // namespace squall::sim
