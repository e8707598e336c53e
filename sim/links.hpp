// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ids.hpp"
#include "sim/site.hpp"
#include "sim/time.hpp"

namespace squall::sim {

/// The last arrival on each FIFO link that still has messages under way: what holds a later message back.
///
/// A link is (sender, receiver, instance). An entry whose arrival has passed holds nobody back and is dropped when the
/// table fills: its size follows the links in use, not the pairs of agents. Looked up, never iterated for a decision.
class Links {
 public:
  Links() = default;
  Links(const Links& other) : entries_(other.entries_), used_(other.used_) {}
  Links& operator=(const Links& other) {  // what it needs to make its table anew is its own
    entries_ = other.entries_;
    used_ = other.used_;
    return *this;
  }
  Links(Links&&) noexcept = default;
  Links& operator=(Links&&) noexcept = default;
  ~Links() = default;
  /// The instant at which a message that would arrive at `drawn` may arrive, and remembers it. Amortised O(1).
  Instant arrive(AgentId from, AgentId to, Row instance, Instant drawn, Instant now) {
    if ((used_ + 1) * 2 > entries_.size()) rebuild(now);
    Entry& entry = find(from, to, instance);
    if (entry.arrival == empty) {
      ++used_;
      entry = {from, to, instance, 0, drawn};
      return drawn;
    }
    if (entry.arrival < drawn) entry.arrival = drawn;
    return entry.arrival;
  }
  void clear() {
    entries_.clear();
    used_ = 0;
  }
  std::size_t bytes() const { return (entries_.capacity() + live_.capacity()) * sizeof(Entry); }

 private:
  static constexpr Instant empty{Duration{-1}};
  struct Entry {
    AgentId from{}, to{};
    Row instance = no_row;
    std::uint32_t spare = 0;
    Instant arrival = empty;
  };
  Entry& find(AgentId from, AgentId to, Row instance) {
    const std::uint64_t pair = (std::uint64_t{index(from)} << 32) | index(to);
    std::size_t at = fold(pair ^ 0x9e37'79b9'7f4a'7c15ULL, instance ^ 0xe703'7ed1'a0b4'28dbULL) & (entries_.size() - 1);
    for (;; at = (at + 1) & (entries_.size() - 1)) {
      Entry& entry = entries_[at];
      if (entry.arrival == empty) return entry;
      if (entry.from == from && entry.to == to && entry.instance == instance) return entry;
    }
  }
  void rebuild(Instant now) {
    live_.clear();
    live_.reserve(entries_.size() / 2);  // as many as there can be: it grows with the table alone
    for (const Entry& entry : entries_) {
      if (entry.arrival != empty && entry.arrival >= now) live_.push_back(entry);
    }
    std::size_t size = 16;
    while (size < (live_.size() + 1) * 4) size *= 2;
    entries_.assign(size, Entry{});
    used_ = live_.size();
    for (const Entry& entry : live_) find(entry.from, entry.to, entry.instance) = entry;
  }

  std::vector<Entry> entries_;
  std::vector<Entry> live_;  ///< what stays while `entries_` is made anew: both keep their memory from run to run
  std::size_t used_ = 0;
};

}  // namespace squall::sim
