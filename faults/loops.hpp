// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/ids.hpp"

namespace squall::faults {

/// Who goes round in a circle, and how often still. A view of a small table in the shadow of a timed world, so that a copied
/// world goes on alike. It has room for `agents_max` agents at once: one more goes round once.
class Loops {
 public:
  static constexpr std::uint32_t agents_max = 8;
  /// What it takes from `Model::fault_shadow`.
  static constexpr std::size_t bytes = 8 * agents_max;

  Loops() = default;
  explicit Loops(std::byte* table) : entries_(reinterpret_cast<Entry*>(table), agents_max) {}

  void clear() {
    for (Entry& entry : entries_) entry = {};
  }
  /// `agent` goes back so many times more.
  void begin(sim::AgentId agent, std::uint32_t times) {
    Entry* place = of(agent);
    if (place == nullptr) {
      const auto free = std::ranges::find(entries_, 0U, &Entry::left);
      if (free == entries_.end()) return;
      place = &*free;
    }
    *place = {agent, times};
  }
  /// Whether `agent` is to go back once more.
  bool goes_on(sim::AgentId agent) const { return of(agent) != nullptr; }
  /// It has. Requires: it was to.
  void went_back(sim::AgentId agent) { --of(agent)->left; }

 private:
  struct Entry {
    sim::AgentId agent;
    std::uint32_t left;
  };
  static_assert(sizeof(Entry) == 8);
  Entry* of(sim::AgentId agent) const {
    for (Entry& entry : entries_) {
      if (entry.left != 0 && entry.agent == agent) return &entry;
    }
    return nullptr;
  }
  std::span<Entry> entries_;
};

}  // namespace squall::faults
