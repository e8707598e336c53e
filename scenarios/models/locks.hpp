// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Threads that each take their first lock, take their second one, give back the second, give back the first. A held lock
/// cannot be taken, so a blocked thread is not enabled. One step is one action of one thread.
///
/// `opposite_locks`: two threads take two locks in opposite order; a uniform choice among the enabled deadlocks with
/// probability 1/2 (6 maximal interleavings, 2 of them deadlocks). `naive_dining<n>`: n philosophers take their left fork
/// first; for 3 the probability is 1/3 (168 interleavings, 6 deadlocks).
template <std::uint8_t threads, std::uint8_t locks>
struct Locks {
  static constexpr std::uint8_t free = 0;
  std::array<std::uint8_t, locks> holder{};   ///< thread + 1
  std::array<std::uint8_t, threads> steps{};  ///< done: 0 to 4
  std::array<std::uint8_t, threads> first{}, second{};

  void actions(sim::ActionList& list) const {
    for (std::uint32_t t = 0; t < threads; ++t) {
      const bool blocked = (steps[t] == 0 && holder[first[t]] != free) || (steps[t] == 1 && holder[second[t]] != free);
      if (steps[t] < 4 && !blocked) list.add(t);
    }
  }
  void on_action(sim::Turn&, std::uint32_t t) {
    switch (steps[t]++) {
      case 0: holder[first[t]] = static_cast<std::uint8_t>(t + 1); break;
      case 1: holder[second[t]] = static_cast<std::uint8_t>(t + 1); break;
      case 2: holder[second[t]] = free; break;
      default: holder[first[t]] = free; break;
    }
  }

  static bool finished(const Locks& state) {
    for (const std::uint8_t s : state.steps) {
      if (s < 4) return false;
    }
    return true;
  }
  static bool deadlocked(const Locks& state) {
    sim::ActionList enabled;
    state.actions(enabled);
    return enabled.list().empty() && !finished(state);
  }

  static sim::Model model(const Locks& initial) {
    sim::Model result;
    result.name = "locks";
    sim::add_agent<Locks>(result, "threads", initial);
    result.finish();
    return result;
  }
};

inline sim::Model opposite_locks() {
  Locks<2, 2> initial;
  initial.first = {0, 1};
  initial.second = {1, 0};
  return Locks<2, 2>::model(initial);
}

template <std::uint8_t philosophers>
sim::Model naive_dining() {
  Locks<philosophers, philosophers> initial;
  for (std::uint8_t p = 0; p < philosophers; ++p) {
    initial.first[p] = p;
    initial.second[p] = static_cast<std::uint8_t>((p + 1) % philosophers);
  }
  return Locks<philosophers, philosophers>::model(initial);
}

}  // namespace squall::scenarios
