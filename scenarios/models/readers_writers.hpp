// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Readers and writers in one fair queue (tlaplus/Examples, ReadersWriters): an actor queues at most one wish of each kind;
/// the first wish is served when nobody writes, and a write only when nobody reads either; whoever is active may stop.
///
/// 3 actors: 21,527 distinct states, 59,674 generated, 13 levels (TLC).
template <std::uint8_t actors>
struct ReadersWriters {
  enum Kind : std::uint8_t { read, write };
  struct Wish {
    Kind kind = read;
    std::uint8_t actor = 0;
    friend bool operator==(const Wish&, const Wish&) = default;
  };
  std::array<Wish, 2 * actors> queue{};  ///< places from `waiting` on are as at the start
  std::uint8_t waiting = 0;
  std::uint8_t readers = 0, writers = 0;  ///< a bit each

  enum Action : std::uint32_t { try_read = 0, try_write = 64, serve = 128, stop = 192 };  ///< plus the actor's number
  void actions(sim::ActionList& list) const {
    for (std::uint8_t a = 0; a < actors; ++a) {
      if (!queued({read, a})) list.add(try_read + a);
      if (!queued({write, a})) list.add(try_write + a);
      if (((readers | writers) >> a & 1) != 0) list.add(stop + a);
    }
    if (waiting != 0 && writers == 0 && (queue[0].kind == read || readers == 0)) list.add(serve);
  }
  void on_action(sim::Turn&, std::uint32_t action) {
    const auto actor = static_cast<std::uint8_t>(action % 64);
    const auto bit = static_cast<std::uint8_t>(1U << actor);
    switch (action - actor) {
      case try_read: queue[waiting++] = {read, actor}; break;
      case try_write: queue[waiting++] = {write, actor}; break;
      case serve: {
        const Wish first = queue[0];
        std::uint8_t& active = first.kind == read ? readers : writers;
        active = static_cast<std::uint8_t>(active | 1U << first.actor);
        std::rotate(queue.begin(), queue.begin() + 1, queue.end());
        queue.back() = {};
        --waiting;
        break;
      }
      default: {
        std::uint8_t& active = (readers & bit) != 0 ? readers : writers;
        active = static_cast<std::uint8_t>(active & ~bit);
      }
    }
  }

  /// What the queue must never allow.
  static bool unsafe(const ReadersWriters& state) {
    return state.writers != 0 && (state.readers != 0 || (state.writers & (state.writers - 1)) != 0);
  }

  static sim::Model model() {
    sim::Model result;
    result.name = "readers and writers";
    sim::add_agent<ReadersWriters>(result, "actors");
    result.finish();
    return result;
  }

 private:
  bool queued(Wish wish) const {
    return std::find(queue.begin(), queue.begin() + waiting, wish) != queue.begin() + waiting;
  }
};

}  // namespace squall::scenarios
