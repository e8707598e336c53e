// SPDX-License-Identifier: Apache-2.0
#include "sim/calendar.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

namespace squall::sim {
namespace detail {

/// Rows by the highest digit of 6 bits in which their instant differs from `reference_`, and by that digit. Lower levels
/// are due earlier, and so are lower digits of one level. A bucket keeps the order in which rows came, and equal instants
/// are always in one bucket, so equals leave in the order of their coming.
class FarCalendar {
 public:
  /// Requires: nothing is held.
  void start(std::uint64_t reference) { reference_ = reference; }
  /// Requires: `due` is not before the reference.
  void push(Pending pending) {
    const std::uint64_t at = due(pending);
    const std::size_t level = (static_cast<std::size_t>(std::bit_width((at ^ reference_) | 1)) - 1) / digit_bits;
    const std::size_t digit = (at >> (level * digit_bits)) % digits;
    Bucket& bucket = buckets_[level][digit];
    if (bucket.tail_size == Chunk::capacity) {
      add_chunk(bucket);
      used_digits_[level] |= std::uint64_t{1} << digit;
      used_levels_ |= 1U << level;
    }
    chunks_[bucket.tail].rows[bucket.tail_size++] = pending;
  }
  /// Instant of the earliest row. Requires: something is held. O(rows of its bucket), which are then moved on, or are all due
  /// at one instant: then O(1), since very many may be, and are taken a few at a time.
  std::uint64_t earliest() const {
    const Place lowest = first();
    if (lowest.level == 0) return due(chunks_[buckets_[0][lowest.digit].head].rows[0]);
    std::uint64_t least = ~std::uint64_t{0};
    walk(buckets_[lowest.level][lowest.digit], [&](Pending pending) { least = std::min(least, due(pending)); });
    return least;
  }
  /// Moves the earliest rows to the front of `target`, in the order in which they leave, and says how many. `end` becomes
  /// the instant before which nothing is left; of rows due at that very instant the first may have been moved.
  /// Requires: something is held; `earliest` is its earliest instant; room for `taken_max`.
  std::size_t take(std::uint64_t earliest, Pending* target, std::uint64_t& end) {
    for (;;) {
      const Place lowest = first();
      const std::size_t held = size(buckets_[lowest.level][lowest.digit], taken_max + 1);
      if (held <= taken_max) {
        const std::size_t taken = take_buckets(lowest, held, target, end);
        reference_ = earliest;
        return taken;
      }
      reference_ = earliest;
      if (lowest.level == 0) {
        end = earliest;
        return take_chunks(lowest, target);
      }
      redistribute(lowest);
    }
  }
  void clear() {
    for (std::size_t level = 0; level < levels; ++level) {
      for (std::uint64_t rest = used_digits_[level]; rest != 0; rest &= rest - 1)
        buckets_[level][lowest_bit(rest)] = {};
      used_digits_[level] = 0;
    }
    used_levels_ = 0;
    chunks_.clear();
    free_ = none;
  }
  void reserve(std::size_t rows) { chunks_.reserve(std::min(rows, rows / Chunk::capacity + levels * digits)); }
  std::size_t bytes() const { return sizeof(*this) + chunks_.capacity() * sizeof(Chunk); }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t level = 0; level < levels; ++level)
      for (std::uint64_t rest = used_digits_[level]; rest != 0; rest &= rest - 1)
        walk(buckets_[level][lowest_bit(rest)], visit);
  }

  static constexpr std::size_t taken_max = 192;  // below the array's 256, so that what follows rarely spills over

 private:
  static constexpr std::size_t digit_bits = 6;
  static constexpr std::size_t digits = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = (64 + digit_bits - 1) / digit_bits;
  static constexpr std::size_t taken_enough = 32;
  static constexpr std::uint32_t none = 0xffff'ffffU;

  struct Chunk {
    static constexpr std::uint32_t capacity = 15;
    Pending rows[capacity];
    std::uint32_t next;
  };
  /// All chunks but the last are full. Without a chunk the last one counts as full, so that pushing asks one question.
  struct Bucket {
    std::uint32_t head = none;
    std::uint32_t tail = none;
    std::uint32_t tail_size = Chunk::capacity;
  };
  struct Place {
    std::size_t level;
    std::size_t digit;
  };

  static std::size_t lowest_bit(std::uint64_t set) { return static_cast<std::size_t>(std::countr_zero(set)); }
  Place first() const {
    const std::size_t level = lowest_bit(used_levels_);
    return {level, lowest_bit(used_digits_[level])};
  }
  /// Rows of a bucket, or anything above `enough`.
  std::size_t size(const Bucket& bucket, std::size_t enough) const {
    std::size_t rows = bucket.tail_size;
    for (std::uint32_t c = bucket.head; c != bucket.tail && rows < enough; c = chunks_[c].next) rows += Chunk::capacity;
    return rows;
  }
  template <class Visit>
  void walk(const Bucket& bucket, Visit&& visit) const {
    for (std::uint32_t c = bucket.head;; c = chunks_[c].next) {
      const Chunk& chunk = chunks_[c];
      const std::uint32_t size = c == bucket.tail ? bucket.tail_size : Chunk::capacity;
      if (c != bucket.tail) __builtin_prefetch(&chunks_[chunk.next]);
      for (std::uint32_t i = 0; i < size; ++i) visit(chunk.rows[i]);
      if (c == bucket.tail) return;
    }
  }
  void add_chunk(Bucket& bucket) {
    std::uint32_t chunk = free_;
    if (chunk != none) {
      free_ = chunks_[chunk].next;
    } else {
      chunk = static_cast<std::uint32_t>(chunks_.size());
      if (chunks_.size() == chunks_.capacity()) chunks_.reserve(chunks_.size() + chunks_.size() / 2 + 16);
      chunks_.emplace_back();
    }
    if (bucket.head == none) {
      bucket.head = chunk;
    } else {
      chunks_[bucket.tail].next = chunk;
    }
    bucket.tail = chunk;
    bucket.tail_size = 0;
  }
  void free_chunk(std::uint32_t chunk) {
    chunks_[chunk].next = free_;
    free_ = chunk;
  }
  Bucket detach(Place place) {
    used_digits_[place.level] &= ~(std::uint64_t{1} << place.digit);
    if (used_digits_[place.level] == 0) used_levels_ &= ~(1U << place.level);
    return std::exchange(buckets_[place.level][place.digit], Bucket{});
  }
  void redistribute(Place place) {
    const Bucket bucket = detach(place);
    for (std::uint32_t c = bucket.head;;) {
      const Chunk chunk = chunks_[c];  // a copy: pushing may move the chunks
      const bool last = c == bucket.tail;
      if (!last) __builtin_prefetch(&chunks_[chunk.next]);
      free_chunk(c);
      const std::uint32_t size = last ? bucket.tail_size : Chunk::capacity;
      for (std::uint32_t i = 0; i < size; ++i) push(chunk.rows[i]);
      if (last) return;
      c = chunk.next;
    }
  }
  /// The first bucket, which holds `held` rows, and right neighbours while there is not enough.
  std::size_t take_buckets(Place place, std::size_t held, Pending* target, std::uint64_t& end) {
    std::size_t taken = 0;
    do {
      const Bucket bucket = detach(place);
      Pending* next = target + taken;
      for (std::uint32_t c = bucket.head;;) {
        const std::uint32_t size = c == bucket.tail ? bucket.tail_size : Chunk::capacity;
        std::memcpy(next, chunks_[c].rows, size * sizeof(Pending));
        next += size;
        const std::uint32_t following = chunks_[c].next;
        free_chunk(c);
        if (c == bucket.tail) break;
        c = following;
      }
      if (place.level != 0) sort(target + taken, held, (place.level - 1) * digit_bits);
      taken += held;
      // The digits above this level's are the reference's. Instants have 63 bits, so the sum fits.
      const std::size_t shift = place.level * digit_bits;
      const std::size_t above = shift + digit_bits;
      const std::uint64_t high = above < 64 ? reference_ >> above << above : 0;
      end = high + ((std::uint64_t{place.digit} + 1) << shift);
      if (used_digits_[place.level] == 0) break;
      place.digit = lowest_bit(used_digits_[place.level]);
      held = size(buckets_[place.level][place.digit], taken_max);
    } while (taken + held <= taken_enough);
    return taken;
  }
  /// The first full chunks of a bucket that holds more than can be taken.
  std::size_t take_chunks(Place place, Pending* target) {
    Bucket& bucket = buckets_[place.level][place.digit];
    std::size_t taken = 0;
    while (taken + Chunk::capacity <= taken_max) {
      std::memcpy(target + taken, chunks_[bucket.head].rows, sizeof(Chunk::rows));
      taken += Chunk::capacity;
      const std::uint32_t following = chunks_[bucket.head].next;
      free_chunk(bucket.head);
      bucket.head = following;
    }
    return taken;
  }
  /// Stable. Counts the digit at `shift`, which is where rows of one bucket differ most, then inserts.
  static void sort(Pending* rows, std::size_t size, std::size_t shift) {
    if (size > 24) {
      std::array<std::uint8_t, digits + 1> place{};
      std::array<Pending, taken_max> copy;
      std::memcpy(copy.data(), rows, size * sizeof(Pending));
      for (std::size_t i = 0; i < size; ++i) ++place[(due(copy[i]) >> shift) % digits + 1];
      for (std::size_t i = 1; i < digits; ++i) place[i] = static_cast<std::uint8_t>(place[i] + place[i - 1]);
      for (std::size_t i = 0; i < size; ++i) rows[place[(due(copy[i]) >> shift) % digits]++] = copy[i];
    }
    for (std::size_t i = 1; i < size; ++i) {
      const Pending pending = rows[i];
      std::size_t to = i;
      for (; to > 0 && due(rows[to - 1]) > due(pending); --to) rows[to] = rows[to - 1];
      rows[to] = pending;
    }
  }

  std::uint64_t reference_ = 0;
  std::uint32_t used_levels_ = 0;
  std::uint32_t free_ = none;
  std::array<std::uint64_t, levels> used_digits_{};
  std::array<std::array<Bucket, digits>, levels> buckets_{};
  std::vector<Chunk> chunks_;
};

}  // namespace detail

Calendar::~Calendar() {
  delete[] near_;
  delete far_;
}

void Calendar::grow_near(std::uint32_t capacity) {
  auto* grown = new detail::Pending[capacity];
  if (near_size_ != 0) std::memcpy(grown, near_, near_size_ * sizeof(detail::Pending));
  delete[] near_;
  near_ = grown;
  near_capacity_ = capacity;
  near_room_ = far_size_ != 0 ? capacity : std::min(capacity, near_alone);
}

void Calendar::push_slowly(std::uint64_t due, Row row) {
  if (due < near_end_) {
    if (far_size_ == 0 && near_size_ < near_alone) {
      grow_near(std::max(near_min, near_capacity_ * 2));
      return insert_near(due, row);
    }
    if (far_ == nullptr) far_ = new detail::FarCalendar;
    if (far_size_ == 0) {
      if (near_capacity_ < near_max) grow_near(near_max);
      near_room_ = near_max;
      far_->start(now_);  // not the earliest pending: an earlier row may come and spill over later
    }
    // The later half moves to the radix heap, cut between two instants; an array of one instant moves as a whole. None of
    // these rows has an equal there: that happens only to those due at now_, and then the array grows no more.
    std::uint32_t moved = near_size_ / 2;
    while (moved < near_size_ && detail::due(near_[moved]) == detail::due(near_[moved - 1])) ++moved;
    for (std::uint32_t i = moved; i-- > 0;) far_->push(near_[i]);
    near_end_ = detail::due(near_[moved - 1]);
    far_size_ += moved;
    near_size_ -= moved;
    std::memmove(near_, near_ + moved, near_size_ * sizeof(detail::Pending));
    // near_end_ is the earliest instant that moved: rows due then must follow those.
    if (due < near_end_) return insert_near(due, row);
  }
  far_->push(detail::pending(due, row));
  ++far_size_;
}

void Calendar::refill() {
  const std::size_t taken = far_->take(near_end_, near_, near_end_);
  std::reverse(near_, near_ + taken);
  near_size_ = static_cast<std::uint32_t>(taken);
  far_size_ -= taken;
  if (far_size_ == 0) {
    near_end_ = no_end;
    near_room_ = near_alone;
  }
}

void Calendar::find_near_end() { near_end_ = far_->earliest(); }

void Calendar::clear() {
  if (far_size_ != 0) far_->clear();
  near_size_ = 0;
  near_end_ = no_end;
  now_ = 0;
  far_size_ = 0;
  near_room_ = std::min(near_capacity_, near_alone);
}

void Calendar::reserve(std::size_t n) {
  const auto room =
      static_cast<std::uint32_t>(n > near_alone ? near_max : std::max<std::size_t>(std::bit_ceil(n), near_min));
  if (near_capacity_ < room) grow_near(room);
  if (n <= near_alone) return;
  if (far_ == nullptr) far_ = new detail::FarCalendar;
  far_->reserve(n);
}

std::size_t Calendar::bytes() const {
  return near_capacity_ * sizeof(detail::Pending) + (far_ != nullptr ? far_->bytes() : 0);
}

void Calendar::copy_slowly(const Calendar& other) {
  // Who has a radix heap has the array at its full size: refilling relies on it.
  const std::uint32_t needed = other.far_size_ != 0 ? near_max : other.near_size_;
  if (near_capacity_ < needed) {
    near_size_ = 0;
    grow_near(std::max<std::uint32_t>(near_min, std::bit_ceil(needed)));
  }
  if (other.near_size_ != 0) std::memcpy(near_, other.near_, other.near_size_ * sizeof(detail::Pending));
  if (other.far_size_ != 0) {
    if (far_ == nullptr) {
      far_ = new detail::FarCalendar(*other.far_);
    } else {
      *far_ = *other.far_;
    }
  } else if (far_size_ != 0) {
    far_->clear();
  }
  copy_numbers(other);
  near_room_ = far_size_ != 0 ? near_capacity_ : std::min(near_capacity_, near_alone);
}

void Calendar::for_each_far(void (*visit)(void*, detail::Pending), void* target) const {
  far_->for_each([&](detail::Pending pending) { visit(target, pending); });
}

}  // namespace squall::sim
