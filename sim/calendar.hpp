// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "sim/ids.hpp"
#include "sim/time.hpp"

namespace squall::sim {

namespace detail {
class FarCalendar;
/// The instant at which a row is due, in nanoseconds, above the row. One integer and not two members: it is written and
/// read in halves, whereas a copy of a struct reads 16 bytes at once and waits until the halves have reached the cache.
__extension__ using Pending = unsigned __int128;
constexpr Pending pending(std::uint64_t due, Row row) { return static_cast<Pending>(due) << 64 | row; }
constexpr std::uint64_t due(Pending pending) { return static_cast<std::uint64_t>(pending >> 64); }
constexpr Row row(Pending pending) { return static_cast<Row>(pending); }
}  // namespace detail

/// Pending rows in virtual time, earliest first; rows due at the same instant come out in the order they were pushed.
///
/// Two stores: a sorted array, alone up to 64 rows, and beyond that a monotone radix heap behind it (Ahuja, Mehlhorn,
/// Orlin, Tarjan, "Faster Algorithms for the Shortest Path Problem", 1990), from which the array is filled again with what
/// is due soonest. Both keep the order of equals by place, so no serial number is stored. A calendar is a value: a copy is
/// independent and pops the same rows.
class Calendar {
 public:
  struct Entry {
    Instant at;
    Row row;
  };
  /// What `full` answers for. A World refuses to grow beyond it.
  static constexpr std::size_t pending_max = std::size_t{1} << 24;

  Calendar() = default;
  Calendar(const Calendar& other) { *this = other; }
  Calendar(Calendar&& other) noexcept { swap(other); }
  /// Copies what is pending. Does not allocate when this calendar has held as much before. A few nanoseconds and the
  /// pending rows' 16 bytes each.
  Calendar& operator=(const Calendar& other) {
    if (this == &other) return *this;
    if (far_size_ != 0 || other.far_size_ != 0 || other.near_size_ > near_capacity_) {
      copy_slowly(other);
      return *this;
    }
    if (other.near_size_ != 0) std::memcpy(near_, other.near_, other.near_size_ * sizeof(detail::Pending));
    copy_numbers(other);
    return *this;
  }
  Calendar& operator=(Calendar&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Calendar();

  /// Adds `row`, due at `due`. Requires: `due` is not before the instant of the last pop. Amortised O(log of the times'
  /// range), a few nanoseconds for some dozen rows. Never allocates below what was reserved or when a run is repeated; the
  /// memory grows by half at a time.
  void push(Instant due, Row row) {
    const auto at = static_cast<std::uint64_t>(due.time_since_epoch().count());
    assert(at >= now_ && "a calendar cannot go back");
    if (at < near_end_ && near_size_ < near_room_) {
      insert_near(at, row);
    } else {
      push_slowly(at, row);
    }
  }
  bool empty() const { return size() == 0; }
  std::size_t size() const { return near_size_ + far_size_; }
  /// True if another push would make more pending than a run may hold.
  bool full() const { return size() >= pending_max; }
  /// Instant of the earliest row; nullopt when none is left. Never advances. O(1).
  std::optional<Instant> next_due() const {
    if (empty()) return std::nullopt;
    return peek_due();
  }
  /// The same, unchecked. Requires: not empty.
  Instant peek_due() const {
    assert(!empty());
    // While the array is empty its end is the earliest instant of the radix heap.
    return instant(near_size_ != 0 ? detail::due(near_[near_size_ - 1]) : near_end_);
  }
  /// The row that the `ahead`-th pop from now returns (0: the next), `no_row` when that is not known without work. A hint
  /// for prefetching, which a push may still prove wrong. O(1).
  Row peek_row(std::uint32_t ahead = 0) const {
    return near_size_ > ahead ? detail::row(near_[near_size_ - 1 - ahead]) : no_row;
  }
  /// Takes the earliest row out. Requires: not empty. Amortised O(1).
  Entry pop() {
    assert(!empty());
    if (near_size_ == 0) refill();
    const detail::Pending earliest = near_[--near_size_];
    now_ = detail::due(earliest);
    if (near_size_ == 0 && far_size_ != 0) find_near_end();
    return entry(earliest);
  }
  /// Leaves nothing pending and the instant of the last pop forgotten. Keeps the memory.
  void clear();
  /// Afterwards `n` rows can be pending without an allocation, whenever they are due.
  void reserve(std::size_t n);
  /// Bytes allocated: 16 a row and up to as many unused, plus about 10,000 once more than 64 have been pending.
  std::size_t bytes() const;
  /// Calls `visit(Entry)` for each pending row, in no promised order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::uint32_t i = near_size_; i-- > 0;) visit(entry(near_[i]));
    if (far_size_ == 0) return;
    using Target = std::remove_reference_t<Visit>;
    for_each_far([](void* target, detail::Pending pending) { (*static_cast<Target*>(target))(entry(pending)); },
                 const_cast<void*>(static_cast<const void*>(std::addressof(visit))));
  }
  void swap(Calendar& other) noexcept {
    std::swap(near_, other.near_);
    std::swap(near_size_, other.near_size_);
    std::swap(near_capacity_, other.near_capacity_);
    std::swap(near_room_, other.near_room_);
    std::swap(near_end_, other.near_end_);
    std::swap(now_, other.now_);
    std::swap(far_size_, other.far_size_);
    std::swap(far_, other.far_);
  }

 private:
  // Sizes of the array: at first; above which the radix heap is faster; with a radix heap behind it.
  static constexpr std::uint32_t near_min = 16;
  static constexpr std::uint32_t near_alone = 64;
  static constexpr std::uint32_t near_max = 256;
  static constexpr std::uint64_t no_end = ~std::uint64_t{0};

  static Entry entry(detail::Pending pending) { return {instant(detail::due(pending)), detail::row(pending)}; }
  static Instant instant(std::uint64_t due) { return Instant{Duration{static_cast<std::int64_t>(due)}}; }

  // Latest first, so that the earliest is popped from the back. A row goes before all that are due no later.
  void insert_near(std::uint64_t due, Row row) {
    detail::Pending* place = near_ + near_size_++;
    for (; place != near_; --place) {
      const detail::Pending before = place[-1];
      if (detail::due(before) > due) break;
      *place = before;
    }
    *place = detail::pending(due, row);
  }
  void copy_numbers(const Calendar& other) {
    near_size_ = other.near_size_;
    near_end_ = other.near_end_;
    now_ = other.now_;
    far_size_ = other.far_size_;
  }
  void copy_slowly(const Calendar& other);
  void push_slowly(std::uint64_t due, Row row);
  void refill();
  void find_near_end();
  void grow_near(std::uint32_t capacity);
  void for_each_far(void (*visit)(void*, detail::Pending), void* target) const;

  detail::Pending* near_ = nullptr;
  std::uint32_t near_size_ = 0;
  std::uint32_t near_capacity_ = 0;
  std::uint32_t near_room_ = 0;      // the capacity, at most near_alone while the radix heap is empty
  std::uint64_t near_end_ = no_end;  // rows due earlier go to the array; all in the radix heap are due then or later
  std::uint64_t now_ = 0;            // instant of the last pop
  std::size_t far_size_ = 0;
  detail::FarCalendar* far_ = nullptr;
};

}  // namespace squall::sim
