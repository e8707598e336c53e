// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace squall::sim {

/// Memory for large tables: zeroed, on huge pages where the system has them (a fingerprint set is all cache misses, and
/// small pages add one of the address translation to each).
class TableMemory {
 public:
  explicit TableMemory(std::size_t bytes = 0);
  TableMemory(TableMemory&& other) noexcept { *this = std::move(other); }
  TableMemory& operator=(TableMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~TableMemory();
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// The states met so far: an open-addressing set of 64-bit fingerprints, each with the place of the state from which it was
/// first reached. Two states with one fingerprint count as one (with n states the chance is about n² / 2^65), unless
/// encodings are kept and compared (`same`).
///
/// Places are slots; `grow` moves them and says where to. 12 bytes a slot, at most 5/8 of them used.
///
/// While one thread inserts, others may ask `holds`: what it says to be there is, what is just being inserted it may miss.
class Visited {
 public:
  using Place = std::uint32_t;
  static constexpr Place no_place = 0xffff'ffffU;

  /// Most states: beyond, a place would not fit into its type.
  static constexpr std::size_t size_max = (std::size_t{1} << 31) / 8 * 5;

  explicit Visited(unsigned bits = 12) { allocate(bits); }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return capacity() * (sizeof(std::uint64_t) + sizeof(Place)); }
  std::size_t capacity() const { return std::size_t{1} << bits_; }
  bool full() const { return !has_room_for(0); }
  /// Whether so many can be inserted before it is full.
  bool has_room_for(std::size_t more) const { return (size_ + more) * 8 < capacity() * 5; }

  void prefetch_place(Place place) const { __builtin_prefetch(&fingerprints_[place]); }
  void prefetch(std::uint64_t fingerprint) const { __builtin_prefetch(&fingerprints_[slot(fingerprint)], 1); }
  /// The place of `fingerprint`, and whether it is new. Requires: not 0, not full.
  /// `same(place)`: asked of places with an equal fingerprint, whether the state there is the same one.
  template <class Same>
  std::pair<Place, bool> insert(std::uint64_t fingerprint, Place parent, Same&& same) {
    std::size_t at = slot(fingerprint);
    for (; fingerprints_[at] != 0; at = (at + 1) & (capacity() - 1)) {
      if (fingerprints_[at] == fingerprint && same(static_cast<Place>(at))) return {static_cast<Place>(at), false};
    }
    std::atomic_ref{fingerprints_[at]}.store(fingerprint, std::memory_order_relaxed);
    parents_[at] = parent;
    ++size_;
    return {static_cast<Place>(at), true};
  }
  /// Whether any state with this fingerprint was met.
  bool holds(std::uint64_t fingerprint) const {
    for (std::size_t at = slot(fingerprint);; at = (at + 1) & (capacity() - 1)) {
      const std::uint64_t there = std::atomic_ref{fingerprints_[at]}.load(std::memory_order_relaxed);
      if (there == 0 || there == fingerprint) return there != 0;
    }
  }
  std::uint64_t fingerprint(Place place) const { return fingerprints_[place]; }
  Place parent(Place place) const { return parents_[place]; }

  /// Doubles. Returns for each old place its new one. Costs one pass in the order of the places, which the new ones keep.
  std::vector<Place> grow();

 private:
  std::size_t slot(std::uint64_t fingerprint) const { return fingerprint >> (64 - bits_); }
  void allocate(unsigned bits);

  unsigned bits_ = 0;
  std::size_t size_ = 0;
  TableMemory fingerprint_memory_, parent_memory_;
  std::uint64_t* fingerprints_ = nullptr;
  Place* parents_ = nullptr;
};

}  // namespace squall::sim
