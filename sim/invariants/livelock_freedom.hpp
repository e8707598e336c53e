// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody is busy for ever without getting anywhere: two agents that hand a piece of work to and fro, a retry that never
/// succeeds, a poll for what never comes.
///
/// Getting somewhere is: an instance arrives, a program ends, an outcome is reported, an effect happens that had not happened
/// before. Somebody in a long piece of work, or with a bound that is still to strike, may yet get there, and then nothing is
/// said. Judged in timed runs; whether an explored world can go round for ever is a question about its cycles.
struct LivelockFreedom {
  static constexpr const char* name = "livelock-freedom";
  static constexpr const char* claim = "nobody is busy for ever without getting anywhere";
  static constexpr const char* witness = "who is busy: coder, reviewer";

  std::uint32_t events = 100'000;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"events", "100000", "so many events of a run in a row that get nowhere"}, self.events);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const LivelockFreedom&, const LivelockFreedom&) = default;
};

}  // namespace squall::sim
