// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Threads that start and then yield `yields` times, and do nothing else (awslabs/shuttle, `tests/basic/dfs.rs`). Two threads
/// with 4 yields have C(10, 5) = 252 maximal interleavings.
template <std::uint8_t threads, std::uint8_t yields>
struct Yielding {
  std::array<std::uint8_t, threads> steps{};
  void actions(sim::ActionList& list) const {
    for (std::uint32_t t = 0; t < threads; ++t) {
      if (steps[t] <= yields) list.add(t);
    }
  }
  void on_action(sim::Turn&, std::uint32_t t) { ++steps[t]; }

  static bool never(const Yielding&) { return false; }

  static sim::Model model() {
    sim::Model result;
    result.name = "yielding threads";
    sim::add_agent<Yielding>(result, "threads");
    result.finish();
    return result;
  }
};

}  // namespace squall::scenarios
