// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "sim/explore/changed_rows.hpp"
#include "sim/explore/visited.hpp"
#include "sim/world.hpp"

namespace squall::sim {

/// The states still to be expanded, first in, first out. Each is kept as its sparse difference to the one pushed before:
/// neighbours in the queue are mostly siblings, so a state costs some tens of bytes and little time to unpack.
class Frontier {
 public:
  /// `first`: any untimed world of the model, from which the first difference is taken.
  explicit Frontier(const World& first);

  bool empty() const { return places_.empty(); }
  std::size_t size() const { return places_.size(); }
  /// Allocated for what is in it.
  std::size_t bytes() const { return bytes_ + places_.size() * sizeof(Visited::Place); }

  /// Where the next state is. Requires: not empty.
  Visited::Place front() const { return places_.front(); }
  /// `unlike`: the rows in which `state` may differ from the one pushed before; null: any.
  void push(const World& state, Visited::Place place, const ChangedRows* unlike = nullptr);
  /// Turns all of `worlds` into the next state. Requires: not empty; each is what the last pop made of it, or `first`.
  /// `changed`: the rows that differ are noted there, in addition to what is.
  Visited::Place pop(std::span<World* const> worlds, ChangedRows* changed = nullptr);
  /// The visited set has grown: `moved[old place]` is the new one.
  void relocate(const std::vector<Visited::Place>& moved);

 private:
  struct Chunk {
    std::unique_ptr<std::uint8_t[]> data;
    std::size_t capacity, used;
  };
  static constexpr std::size_t chunk_bytes = std::size_t{1} << 16;

  Chunk& chunk_for(std::size_t bytes);
  const std::uint8_t* next_record();
  void note_used_pools(const Header& header);

  World pushed_;                                       ///< the state pushed last
  std::array<std::size_t, pool_count> words_of_{};     ///< of one row of each pool
  std::array<std::uint8_t, pool_count> used_pools_{};  ///< those of which any state pushed so far uses rows, in order
  std::size_t pools_ = 0;                              ///< so many
  std::array<std::uint32_t, pool_count> rows_max_{};   ///< that any state pushed so far uses
  std::size_t record_bytes_max_ = 0;                   ///< of one with so many rows
  std::deque<Chunk> chunks_;
  Chunk spare_{};         ///< the chunk read last, for the next one written
  std::size_t read_ = 0;  ///< in the first chunk
  std::size_t bytes_ = 0;
  std::deque<Visited::Place> places_;
};

}  // namespace squall::sim
