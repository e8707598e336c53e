// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

/// Sets of small numbers in words of a world: nothing in them points anywhere, so the words may move between two calls.
namespace squall::scenarios {

/// A set of numbers below `size`, in words: a bit for each number, and a bit for each word of the level below that is not
/// empty (the tree of bitmaps of van Emde Boas, with 64 branches). All is O(log64 size). Zeroed words are the empty set.
class NumberSet {
 public:
  NumberSet(std::int64_t* words, std::size_t size) : words_(words), size_(size) {}

  static std::size_t words(std::size_t size) {
    std::size_t all = 0, level = size;
    do all += level = whole_words(level);
    while (level > 1);
    return all;
  }

  void insert(std::size_t number) {
    std::int64_t* level = words_;
    for (std::size_t below = size_;; below = whole_words(below), number /= 64) {
      const bool was_empty = level[number / 64] == 0;
      level[number / 64] |= bit(number);
      if (!was_empty || below <= 64) return;
      level += whole_words(below);
    }
  }
  void erase(std::size_t number) {
    std::int64_t* level = words_;
    for (std::size_t below = size_;; below = whole_words(below), number /= 64) {
      level[number / 64] &= ~bit(number);
      if (level[number / 64] != 0 || below <= 64) return;
      level += whole_words(below);
    }
  }
  bool contains(std::size_t number) const { return (words_[number / 64] & bit(number)) != 0; }
  /// The least number from `from` on; `size` where there is none.
  std::size_t next(std::size_t from) const { return from >= size_ ? size_ : next(words_, size_, from); }

 private:
  static constexpr std::size_t whole_words(std::size_t bits) { return (bits + 63) / 64; }
  static constexpr std::int64_t bit(std::size_t number) {
    return static_cast<std::int64_t>(std::uint64_t{1} << number % 64);
  }
  /// In a level of `below` bits; `size_` where there is none.
  std::size_t next(const std::int64_t* level, std::size_t below, std::size_t from) const {
    if (from >= below) return size_;
    const std::uint64_t here = static_cast<std::uint64_t>(level[from / 64]) >> from % 64;
    if (here != 0) return from + static_cast<std::size_t>(std::countr_zero(here));
    if (below <= 64) return size_;
    const std::size_t word = next(level + whole_words(below), whole_words(below), from / 64 + 1);
    if (word == size_) return size_;
    return word * 64 + static_cast<std::size_t>(std::countr_zero(static_cast<std::uint64_t>(level[word])));
  }

  std::int64_t* words_;
  std::size_t size_;
};

/// Numbers in a binary heap, least first by `key(number)`, which stays as long as a number is in it. `words`: one more than
/// there are numbers; the first one says how many are in. Zeroed words are the empty heap.
template <class Key>
class NumberHeap {
 public:
  NumberHeap(std::int64_t* words, Key key) : count_(words[0]), heap_(words + 1), key_(key) {}

  bool empty() const { return count_ == 0; }
  std::size_t first() const { return static_cast<std::size_t>(heap_[0]); }

  void push(std::size_t number) {
    auto at = static_cast<std::size_t>(count_++);
    for (; at != 0 && key_(number) < key_(at_(parent(at))); at = parent(at)) heap_[at] = heap_[parent(at)];
    heap_[at] = static_cast<std::int64_t>(number);
  }
  /// Requires: not empty.
  void pop() { fill(0); }
  /// O(count): seldom needed.
  void erase(std::size_t number) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(count_); ++at) {
      if (at_(at) == number) return rebuild_without(at);
    }
  }

 private:
  static std::size_t parent(std::size_t at) { return (at - 1) / 2; }
  std::size_t at_(std::size_t at) const { return static_cast<std::size_t>(heap_[at]); }
  /// The last one takes the root's place and sinks.
  void fill(std::size_t at) {
    const auto end = static_cast<std::size_t>(--count_);
    if (end == at) return;
    const std::size_t number = at_(end);
    for (std::size_t child = 2 * at + 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && key_(at_(child + 1)) < key_(at_(child))) ++child;
      if (!(key_(at_(child)) < key_(number))) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = static_cast<std::int64_t>(number);
  }
  void rebuild_without(std::size_t at) {
    const std::int64_t last = heap_[count_ - 1];
    const auto count = static_cast<std::size_t>(count_ - 1);
    heap_[at] = last;
    count_ = 0;
    for (std::size_t i = 0; i < count; ++i) push(at_(i));
  }

  std::int64_t& count_;
  std::int64_t* heap_;
  Key key_;
};

}  // namespace squall::scenarios
