// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace squall::sim::history {

/// Finds the number of an entry by the hash of its content: open addressing with linear probing. The entries lie
/// elsewhere and are compared by the caller. It is never listed, so no order of it can reach a result. 12 bytes a slot, at
/// most 5/8 of them used.
class FlatIndex {
 public:
  static constexpr std::uint32_t none = 0xffff'ffffU;

  explicit FlatIndex(unsigned bits = 4)
      : bits_{bits}, hashes_(std::size_t{1} << bits), entries_(hashes_.size(), none) {}

  /// The entry with this hash of which `same(entry)` is true; `none` where there is none.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same&& same) const {
    for (std::size_t at = slot(hash); entries_[at] != none; at = (at + 1) & (entries_.size() - 1)) {
      if (hashes_[at] == hash && same(entries_[at])) return entries_[at];
    }
    return none;
  }
  /// Adds an entry that is not there yet. Amortised O(1).
  void add(std::uint64_t hash, std::uint32_t entry) {
    if ((size_ + 1) * 8 > entries_.size() * 5) grow();
    place(hash, entry);
    ++size_;
  }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return entries_.size() * (sizeof(std::uint64_t) + sizeof(std::uint32_t)); }

 private:
  std::size_t slot(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> (64 - bits_)); }

  void place(std::uint64_t hash, std::uint32_t entry) {
    std::size_t at = slot(hash);
    while (entries_[at] != none) at = (at + 1) & (entries_.size() - 1);
    hashes_[at] = hash;
    entries_[at] = entry;
  }

  void grow() {
    FlatIndex larger{bits_ + 1};
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      if (entries_[at] != none) larger.place(hashes_[at], entries_[at]);
    }
    larger.size_ = size_;
    *this = std::move(larger);
  }

  unsigned bits_;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> entries_;
};

}  // namespace squall::sim::history
