// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace squall::sim {

/// What events of agents in given states have been seen to do to a state's hash, so that an event like one applied before
/// needs not be applied to learn whether it leads to anything new. Known from the search of language-neutral models as
/// transition caching (Blom, van de Pol and Weber, "LTSmin: distributed and symbolic reachability", CAV 2010).
///
/// Two transitions with one 64-bit key count as one, which is as likely as that two states with one fingerprint do.
class TransitionCache {
 public:
  struct Transition {
    std::uint64_t key = 0;         ///< never 0 of one that is known
    std::uint64_t difference = 0;  ///< of the sum of hashes, modulo 2^64; without what `sent` adds
    std::uint32_t sent_at = 0, sent_count = 0;
    bool nowhere = false;  ///< it leads back to where it began: then it is idle, too
    bool idle = false;     ///< no agent changed and nothing was sent
  };

  TransitionCache() : slots_(std::size_t{1} << bits_min) {}

  /// Null where it is not known. The pointer is good until `remember`.
  const Transition* find(std::uint64_t key) const {
    for (std::size_t at = key & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return &slots_[at];
      if (slots_[at].key == 0) return nullptr;
    }
  }
  /// Hashes of the messages that it sends where these count once each, however often they are sent.
  std::span<const std::uint64_t> sent(const Transition& of) const { return {sent_.data() + of.sent_at, of.sent_count}; }
  /// Requires: not known. Forgotten where there are too many to be quickly found.
  void remember(Transition transition, std::span<const std::uint64_t> sent);

 private:
  static constexpr unsigned bits_min = 10, bits_max = 16;

  void put(const Transition& transition);

  std::vector<Transition> slots_;  ///< open addressing; at most half of them are used
  std::size_t used_ = 0;
  std::vector<std::uint64_t> sent_;
};

}  // namespace squall::sim
