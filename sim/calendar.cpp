// SPDX-License-Identifier: Apache-2.0
#include "sim/calendar.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace squall::sim {
namespace detail {

/// Rows by the highest digit of 6 bits in which their instant differs from `reference_`, and by that digit. Lower levels
/// are due earlier, and so are lower digits of one level. A bucket keeps the order in which rows came: equal instants are
/// always in one bucket.
class FarCalendar {
 public:
  static constexpr int digit_bits = 6;
  static constexpr std::size_t digits = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = (64 + digit_bits - 1) / digit_bits;

  /// Requires: nothing is held.
  void start(std::uint64_t reference) { reference_ = reference; }
  /// Requires: `due` is not before the reference.
  void push(const Pending& pending) {
    const std::uint64_t difference = pending.due ^ reference_;
    const auto level = static_cast<std::size_t>(std::bit_width(difference | 1) - 1) / digit_bits;
    const std::size_t digit = (pending.due >> (level * digit_bits)) % digits;
    append(level, digit, pending);
  }
  /// Instant of the earliest row. Requires: something is held. O(rows of its bucket).
  std::uint64_t earliest() const {
    const Place lowest = first();
    std::uint64_t least = ~std::uint64_t{0};
    for (std::uint32_t c = buckets_[lowest.level][lowest.digit].head; c != none; c = chunks_[c].next)
      for (std::uint32_t i = 0; i < chunks_[c].size; ++i) least = std::min(least, chunks_[c].due[i]);
    return least;
  }
  /// Takes rows out, earliest instants first, in the order of their coming for equals: all rows due before the returned
  /// instant, at most `most`, and of those due at that very instant the first ones if they are too many. `earliest` is
  /// the earliest instant. Requires: something is held.
  template <class Take>
  std::uint64_t take(std::uint64_t earliest, std::size_t most, Take&& take) {
    for (;;) {
      const Place lowest = first();
      if (lowest.level == 0 && buckets_[0][lowest.digit].size > most) return take_some(lowest.digit, most, take);
      if (buckets_[lowest.level][lowest.digit].size <= most) return take_buckets(lowest, earliest, most, take);
      reference_ = earliest;
      redistribute(lowest);
    }
  }
  void clear() {
    for (std::size_t level = 0; level < levels; ++level) {
      for (std::uint64_t rest = used_digits_[level]; rest != 0; rest &= rest - 1)
        buckets_[level][static_cast<std::size_t>(std::countr_zero(rest))] = {};
      used_digits_[level] = 0;
    }
    used_levels_ = 0;
    chunks_.clear();
    free_ = none;
  }
  void reserve(std::size_t rows) { chunks_.reserve(rows / Chunk::capacity + levels * digits); }
  std::size_t bytes() const { return sizeof(*this) + chunks_.capacity() * sizeof(Chunk); }
  void for_each(void (*visit)(void*, const Pending&), void* target) const {
    for (std::size_t level = 0; level < levels; ++level)
      for (std::uint64_t rest = used_digits_[level]; rest != 0; rest &= rest - 1)
        for (std::uint32_t c = buckets_[level][static_cast<std::size_t>(std::countr_zero(rest))].head; c != none;
             c = chunks_[c].next)
          for (std::uint32_t i = 0; i < chunks_[c].size; ++i) visit(target, {chunks_[c].due[i], chunks_[c].row[i]});
  }

 private:
  static constexpr std::uint32_t none = 0xffff'ffffU;
  struct Chunk {  // 256 bytes: 12.8 for each row
    static constexpr std::uint32_t capacity = 20;
    std::uint64_t due[capacity];
    Row row[capacity];
    std::uint32_t size;
    std::uint32_t next;
  };
  struct Bucket {
    std::uint32_t head = none;
    std::uint32_t tail = none;
    std::size_t size = 0;
  };
  struct Place {
    std::size_t level;
    std::size_t digit;
  };

  Place first() const {
    const auto level = static_cast<std::size_t>(std::countr_zero(used_levels_));
    return {level, static_cast<std::size_t>(std::countr_zero(used_digits_[level]))};
  }
  void append(std::size_t level, std::size_t digit, const Pending& pending) {
    Bucket& bucket = buckets_[level][digit];
    if (bucket.size++ == 0) {
      bucket.head = bucket.tail = fresh_chunk();
      used_digits_[level] |= std::uint64_t{1} << digit;
      used_levels_ |= 1U << level;
    } else if (chunks_[bucket.tail].size == Chunk::capacity) {
      const std::uint32_t chunk = fresh_chunk();
      chunks_[bucket.tail].next = chunk;
      bucket.tail = chunk;
    }
    Chunk& chunk = chunks_[bucket.tail];
    chunk.due[chunk.size] = pending.due;
    chunk.row[chunk.size] = pending.row;
    ++chunk.size;
  }
  std::uint32_t fresh_chunk() {
    std::uint32_t chunk = free_;
    if (chunk != none) {
      free_ = chunks_[chunk].next;
    } else {
      chunk = static_cast<std::uint32_t>(chunks_.size());
      chunks_.emplace_back();
    }
    chunks_[chunk].size = 0;
    chunks_[chunk].next = none;
    return chunk;
  }
  std::uint32_t free_chunk(std::uint32_t chunk) {
    const std::uint32_t next = chunks_[chunk].next;
    chunks_[chunk].next = free_;
    free_ = chunk;
    return next;
  }
  Bucket detach(Place place) {
    const Bucket bucket = buckets_[place.level][place.digit];
    buckets_[place.level][place.digit] = {};
    used_digits_[place.level] &= ~(std::uint64_t{1} << place.digit);
    if (used_digits_[place.level] == 0) used_levels_ &= ~(1U << place.level);
    return bucket;
  }
  void redistribute(Place place) {
    for (std::uint32_t c = detach(place).head; c != none;) {
      const Chunk chunk = chunks_[c];  // a copy: appending may move the chunks
      for (std::uint32_t i = 0; i < chunk.size; ++i) push({chunk.due[i], chunk.row[i]});
      c = free_chunk(c);
    }
  }
  /// The first bucket and as many of its right neighbours as fit into `most`.
  template <class Take>
  std::uint64_t take_buckets(Place place, std::uint64_t earliest, std::size_t most, Take& take) {
    const std::size_t shift = place.level * digit_bits;
    std::size_t taken = 0;
    std::size_t last = place.digit;
    do {
      last = static_cast<std::size_t>(std::countr_zero(used_digits_[place.level]));
      taken += buckets_[place.level][last].size;
      for (std::uint32_t c = detach({place.level, last}).head; c != none; c = free_chunk(c))
        for (std::uint32_t i = 0; i < chunks_[c].size; ++i) take(Pending{chunks_[c].due[i], chunks_[c].row[i]});
    } while (used_digits_[place.level] != 0 &&
             taken + buckets_[place.level][static_cast<std::size_t>(std::countr_zero(used_digits_[place.level]))].size <= most);
    // The digits above this level's are the reference's. Instants have 63 bits, so the sum fits.
    const std::size_t above = shift + digit_bits;
    const std::uint64_t high = above < 64 ? reference_ >> above << above : 0;
    const std::uint64_t end = high + ((std::uint64_t{last} + 1) << shift);
    reference_ = earliest;
    return end;
  }
  template <class Take>
  std::uint64_t take_some(std::size_t digit, std::size_t most, Take& take) {
    Bucket& bucket = buckets_[0][digit];
    const std::uint64_t due = chunks_[bucket.head].due[0];
    std::size_t taken = 0;
    while (taken + chunks_[bucket.head].size <= most) {
      const Chunk& chunk = chunks_[bucket.head];
      for (std::uint32_t i = 0; i < chunk.size; ++i) take(Pending{chunk.due[i], chunk.row[i]});
      taken += chunk.size;
      bucket.head = free_chunk(bucket.head);
    }
    bucket.size -= taken;
    reference_ = due;
    return due;
  }

  std::uint64_t reference_ = 0;
  std::uint32_t used_levels_ = 0;
  std::uint32_t free_ = none;
  std::array<std::uint64_t, levels> used_digits_{};
  std::array<std::array<Bucket, digits>, levels> buckets_{};
  std::vector<Chunk> chunks_;
};

}  // namespace detail

namespace {
constexpr std::uint32_t refill_max = 64;  // well below the array's 256, so that what follows rarely spills over
}

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
}

void Calendar::push_slowly(std::uint64_t due, Row row) {
  if (due < near_end_) {
    if (near_capacity_ < near_max) {
      grow_near(std::max(near_min, near_capacity_ * 2));
      return insert_near(due, row);
    }
    // The later half moves to the radix heap, cut between two instants; an array of one instant moves as a whole.
    if (far_ == nullptr) far_ = new detail::FarCalendar;
    if (far_size_ == 0) far_->start(now_);  // not the earliest pending: an earlier row may come and spill over later
    std::uint32_t moved = near_size_ / 2;
    while (moved < near_size_ && near_[moved].due == near_[moved - 1].due) ++moved;
    for (std::uint32_t i = moved; i-- > 0;) far_->push(near_[i]);
    near_end_ = near_[moved - 1].due;
    far_size_ += moved;
    near_size_ -= moved;
    std::memmove(near_, near_ + moved, near_size_ * sizeof(detail::Pending));
    // near_end_ is the earliest instant that moved: rows due then must follow those.
    if (due < near_end_) return insert_near(due, row);
  }
  far_->push({due, row});
  ++far_size_;
}

void Calendar::refill() {
  near_end_ = far_->take(near_end_, refill_max, [this](const detail::Pending& pending) {
    insert_near(pending.due, pending.row);
    --far_size_;
  });
  if (far_size_ == 0) near_end_ = no_end;
}

void Calendar::find_near_end() { near_end_ = far_->earliest(); }

void Calendar::clear() {
  if (far_size_ != 0) far_->clear();
  near_size_ = 0;
  near_end_ = no_end;
  now_ = 0;
  far_size_ = 0;
}

void Calendar::reserve(std::size_t n) {
  if (near_capacity_ < std::min<std::size_t>(n, near_max))
    grow_near(static_cast<std::uint32_t>(std::clamp<std::size_t>(std::bit_ceil(n), near_min, near_max)));
  if (n > near_max) {
    if (far_ == nullptr) far_ = new detail::FarCalendar;
    far_->reserve(n);
  }
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
}

void Calendar::for_each_far(void (*visit)(void*, const detail::Pending&), void* target) const {
  far_->for_each(visit, target);
}

}  // namespace squall::sim
