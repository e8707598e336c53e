// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/history/flat_index.hpp"
#include "sim/site.hpp"

namespace squall::sim::history::detail {

/// Positions of a search that lead nowhere. A position is a key (the return to come, the state, what still has to take
/// effect) and a choice (what may still take effect and need not). One with less choice than another of the same key leads
/// nowhere where that one does.
class Positions {
 public:
  /// How often each kind of call that never returned was used: (kind, times), only those that were.
  struct Used {
    std::span<const std::uint32_t> kinds;
    std::span<const std::uint32_t> times;  ///< by kind
  };

  explicit Positions(std::size_t words) : words_{words} {}

  /// Whether the position, or one of the same key and at least its choice, was there already. It is now.
  bool known(std::uint32_t event, std::uint32_t state, const std::uint64_t* required, const std::uint64_t* choice,
             Used used) {
    std::uint64_t hash = child_key(event, state);
    for (std::size_t w = 0; w < words_; ++w) hash = child_key(hash, required[w]);
    hash = moremur(hash);
    const std::uint32_t found = index_.find(hash, [&](std::uint32_t at) { return same(at, event, state, required); });
    if (found != FlatIndex::none) {
      // A long list is searched in part only: that costs time, never the verdict.
      std::uint32_t scanned = 0;
      for (std::uint32_t at = keys_[found].choices; at != end && scanned < scanned_max; ++scanned) {
        if (covers(at, choice, used)) return true;
        at = choices_[at];
      }
    }
    const std::uint32_t key = found != FlatIndex::none ? found : add_key(hash, event, state, required);
    add_choice(key, choice, used);
    return false;
  }

  std::size_t bytes() const {
    return index_.bytes() + keys_.capacity() * sizeof(Key) + words_stored_.capacity() * sizeof(std::uint64_t) +
           choices_.capacity() * sizeof(std::uint32_t);
  }
  /// Offsets are 32 bits wide.
  bool full() const { return choices_.size() > 0xf000'0000U || keys_.size() > 0xf000'0000U; }

 private:
  static constexpr std::uint32_t end = 0xffff'ffffU;
  static constexpr std::uint32_t scanned_max = 64;

  struct Key {
    std::uint32_t event, state, choices;
  };

  bool same(std::uint32_t at, std::uint32_t event, std::uint32_t state, const std::uint64_t* required) const {
    if (keys_[at].event != event || keys_[at].state != state) return false;
    for (std::size_t w = 0; w < words_; ++w) {
      if (words_stored_[at * words_ + w] != required[w]) return false;
    }
    return true;
  }

  /// A stored choice: next, number of pairs, the words in halves, the pairs.
  bool covers(std::uint32_t at, const std::uint64_t* choice, Used used) const {
    const std::uint32_t* stored = &choices_[at];
    const std::uint32_t pairs = stored[1];
    stored += 2;
    for (std::size_t w = 0; w < words_; ++w, stored += 2) {
      const std::uint64_t word = std::uint64_t{stored[0]} | std::uint64_t{stored[1]} << 32;
      if ((choice[w] & ~word) != 0) return false;
    }
    for (std::uint32_t p = 0; p < pairs; ++p, stored += 2) {
      if (used.times[stored[0]] < stored[1]) return false;
    }
    return true;
  }

  std::uint32_t add_key(std::uint64_t hash, std::uint32_t event, std::uint32_t state, const std::uint64_t* required) {
    keys_.push_back({event, state, end});
    words_stored_.insert(words_stored_.end(), required, required + words_);
    index_.add(hash, static_cast<std::uint32_t>(keys_.size() - 1));
    return static_cast<std::uint32_t>(keys_.size() - 1);
  }

  void add_choice(std::uint32_t key, const std::uint64_t* choice, Used used) {
    const auto at = static_cast<std::uint32_t>(choices_.size());
    choices_.push_back(keys_[key].choices);
    choices_.push_back(static_cast<std::uint32_t>(used.kinds.size()));
    for (std::size_t w = 0; w < words_; ++w) {
      choices_.push_back(static_cast<std::uint32_t>(choice[w]));
      choices_.push_back(static_cast<std::uint32_t>(choice[w] >> 32));
    }
    for (const std::uint32_t kind : used.kinds) {
      choices_.push_back(kind);
      choices_.push_back(used.times[kind]);
    }
    keys_[key].choices = at;
  }

  std::size_t words_;
  std::vector<Key> keys_;
  std::vector<std::uint64_t> words_stored_;
  std::vector<std::uint32_t> choices_;
  FlatIndex index_;
};

}  // namespace squall::sim::history::detail
