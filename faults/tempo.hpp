// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/ids.hpp"
#include "sim/time.hpp"

namespace squall::faults {

/// Who is paused or slow, and until when. A view of a small table in the shadow of a timed world, so that a copied world
/// goes on alike; in explored worlds everything may take as long as it likes, and there is none.
///
/// The table has room for `agents_max` agents at once: one more is not struck.
class Tempo {
 public:
  static constexpr std::uint32_t agents_max = 32;
  /// What it takes from `Model::fault_shadow`.
  static constexpr std::size_t bytes = 8 + 16 * agents_max;

  Tempo() = default;
  explicit Tempo(std::byte* table) : table_(reinterpret_cast<Table*>(table)) {}

  void clear() { table_->count = 0; }
  /// The agent does nothing before `until`. False where it does nothing until then anyway.
  bool pause(sim::AgentId agent, sim::Instant now, sim::Instant until) { return set(agent, paused, now, until); }
  /// Work takes `times` as long until then. False where it does already.
  bool slow(sim::AgentId agent, std::uint32_t times, sim::Instant now, sim::Instant until) {
    return set(agent, times, now, until);
  }
  /// Until when the agent is paused; the start of time where it never was. O(agents paused or slow).
  sim::Instant paused_until(sim::AgentId agent) const;
  /// How many times as long its work takes now; the most that anything says.
  std::uint32_t times(sim::AgentId agent, sim::Instant now) const;

 private:
  static constexpr std::uint32_t paused = 0;
  struct Entry {
    sim::AgentId agent;
    std::uint32_t times;
    sim::Instant until;
  };
  struct Table {
    std::uint64_t count;
    Entry entries[agents_max];
  };
  static_assert(sizeof(Table) == bytes);
  bool set(sim::AgentId agent, std::uint32_t times, sim::Instant now, sim::Instant until);

  Table* table_ = nullptr;
};

}  // namespace squall::faults
