// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "sim/agent.hpp"
#include "sim/explore/symmetry.hpp"

namespace squall::scenarios {

/// Threads that each add 1 to a shared counter in two steps: read it, then write what was read plus 1 (Stateright's
/// `increment`). Who reads between another's two steps loses that update. One step is one action of one thread.
///
/// 2 threads: 13 states. A uniform choice among the enabled threads loses an update with probability 1/2 for 2 threads and
/// 5/6 for 3.
template <std::uint8_t threads>
struct SharedCounter {
  std::uint8_t counter = 0;
  struct Thread {
    std::uint8_t read_value = 0;
    std::uint8_t steps = 0;  ///< done: 0 to 2
  };
  std::array<Thread, threads> thread{};

  void actions(sim::ActionList& list) const {
    for (std::uint32_t t = 0; t < threads; ++t) {
      if (thread[t].steps < 2) list.add(t);
    }
  }
  void on_action(sim::Turn&, std::uint32_t t) {
    if (thread[t].steps++ == 0) {
      thread[t].read_value = counter;
    } else {
      counter = static_cast<std::uint8_t>(thread[t].read_value + 1);
    }
  }

  static bool finished(const SharedCounter& state) {
    for (const Thread& t : state.thread) {
      if (t.steps < 2) return false;
    }
    return true;
  }
  static bool lost_update(const SharedCounter& state) { return finished(state) && state.counter != threads; }

  /// Threads are equals: which of them has done what does not matter. With it 2 threads have 8 states.
  struct Equals final : sim::Symmetry {
    void canonical(sim::World& world) const override {
      auto state = sim::detail::load_state<SharedCounter>(world, sim::AgentId{0});
      std::ranges::sort(state.thread, {}, [](const Thread& t) { return std::pair{t.read_value, t.steps}; });
      std::memcpy(world.cells(sim::AgentId{0}), &state, sizeof(state));
    }
  };

  static sim::Model model() {
    sim::Model result;
    result.name = "shared counter";
    sim::add_agent<SharedCounter>(result, "threads");
    result.finish();
    return result;
  }
};

}  // namespace squall::scenarios
