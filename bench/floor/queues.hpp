// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

/// Event queues and nothing around them: how fast a simulator could be on this machine. Equal times leave in the order of
/// their coming in both.
namespace squall::bench {

struct Due {
  std::uint64_t at;
  std::uint32_t item;
};

/// A heap of four children; a key is (instant, serial number, item) in one integer of 128 bits.
class FourHeap {
 public:
  void push(std::uint64_t at, std::uint32_t item) {
    const Key key = static_cast<Key>(at) << 64 | serial_++ << 24 | item;
    std::size_t place = keys_.size();
    keys_.push_back(key);
    while (place != 0 && key < keys_[(place - 1) / 4]) {
      keys_[place] = keys_[(place - 1) / 4];
      place = (place - 1) / 4;
    }
    keys_[place] = key;
  }
  Due pop() {
    const Key first = keys_.front(), last = keys_.back();
    keys_.pop_back();
    if (!keys_.empty()) sink(last);
    return {static_cast<std::uint64_t>(first >> 64), static_cast<std::uint32_t>(first) & 0xff'ffffU};
  }

 private:
  __extension__ using Key = unsigned __int128;

  void sink(Key key) {
    std::size_t place = 0;
    for (std::size_t child = 1; child < keys_.size(); child = 4 * place + 1) {
      std::size_t least = child;
      for (std::size_t c = child + 1; c < std::min(child + 4, keys_.size()); ++c)
        least = keys_[c] < keys_[least] ? c : least;
      if (key <= keys_[least]) break;
      keys_[place] = keys_[least];
      place = least;
    }
    keys_[place] = key;
  }

  std::vector<Key> keys_;
  std::uint64_t serial_ = 0;
};

/// A monotone radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, 1990), a bucket for each bit in which an instant differs first from
/// that of the last pop.
class RadixHeap {
 public:
  void push(std::uint64_t at, std::uint32_t item) {
    const auto bucket = static_cast<std::size_t>(std::bit_width(at ^ last_));
    buckets_[bucket].push_back({at, item});
    if (bucket != 0) used_ |= std::uint64_t{1} << (bucket - 1);
  }
  Due pop() {
    if (taken_ == buckets_[0].size()) refill();
    return buckets_[0][taken_++];
  }

 private:
  void refill() {
    buckets_[0].clear();
    taken_ = 0;
    std::vector<Due>& lowest = buckets_[static_cast<std::size_t>(std::countr_zero(used_)) + 1];
    used_ &= used_ - 1;
    last_ = std::ranges::min(lowest, {}, &Due::at).at;
    for (const Due& due : lowest) push(due.at, due.item);
    lowest.clear();
  }

  std::array<std::vector<Due>, 65> buckets_;
  std::uint64_t last_ = 0, used_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace squall::bench
