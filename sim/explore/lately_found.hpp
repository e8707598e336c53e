// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sim/explore/visited.hpp"

namespace squall::sim {

/// Which states the pieces of a level have led to, as all threads that expand it tell each other: what a piece or one before
/// it has led to will be dropped when it is added, so it needs not be made again. Pieces after it do not count, so that what
/// comes of a level does not depend on who was faster.
///
/// One word a slot, without locks, and forgetful: what it says is so, and what it has forgotten is found once more. Nothing
/// is cleared between levels, since what an earlier one led to is known anyway.
class LatelyFound {
 public:
  LatelyFound() : memory_(slots * sizeof(std::uint64_t)), words_(static_cast<std::uint64_t*>(memory_.data())) {}

  static constexpr std::size_t bytes() { return slots * sizeof(std::uint64_t); }
  void prefetch(std::uint64_t fingerprint) const { __builtin_prefetch(&words_[slot(fingerprint)], 1); }
  /// Whether `piece` or one before it has led to the state. Requires: a fingerprint that is not 0.
  bool holds(std::uint64_t fingerprint, std::size_t piece) const {
    const std::uint64_t word = at(fingerprint).load(std::memory_order_relaxed);
    return (word & ~piece_mask) == tag(fingerprint) && (word & piece_mask) != 0 && (word & piece_mask) <= piece + 1;
  }
  void note(std::uint64_t fingerprint, std::size_t piece) {
    if (piece + 1 > piece_mask) return;  // it has no room for such a number
    at(fingerprint).store(tag(fingerprint) | (piece + 1), std::memory_order_relaxed);
  }

 private:
  /// A slot's number and what its word keeps of the fingerprint are the whole of it; the rest of the word is the piece, from 1.
  static constexpr unsigned bits = 20;
  static constexpr std::size_t slots = std::size_t{1} << bits;
  static constexpr std::uint64_t piece_mask = (std::uint64_t{1} << bits) - 1;

  static std::size_t slot(std::uint64_t fingerprint) { return fingerprint >> (64 - bits); }
  static std::uint64_t tag(std::uint64_t fingerprint) { return fingerprint << bits; }
  std::atomic_ref<std::uint64_t> at(std::uint64_t fingerprint) const {
    return std::atomic_ref{words_[slot(fingerprint)]};
  }

  TableMemory memory_;
  std::uint64_t* words_;
};

}  // namespace squall::sim
