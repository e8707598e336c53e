// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "faults/signature.hpp"
#include "faults/times.hpp"

/// What many runs came to, as a value that can be added up in any order.
namespace squall::faults {

/// What one run tells. The spans live in its player, until its next run.
struct Played {
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  bool undecided = false;  ///< nothing is violated, and a limit was reached first or a check could not tell
  std::span<const sim::Violation> violations{};
  std::span<const std::uint32_t> struck{};    ///< how often each line took effect
  std::span<const std::uint8_t> came_true{};  ///< of each `sometimes` claim: 1 where it did
  std::span<const std::uint8_t> ran{};        ///< of each step: 1 where it began
  std::int64_t virtual_ns = -1;               ///< how long it took; negative: it knows no time
};

/// All violations with one signature.
struct Finding {
  std::string invariant;
  std::vector<std::string> witness;  ///< normalised
  std::uint64_t count = 0;           ///< runs that violate it
  std::uint64_t first_seed = 0;      ///< the smallest

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// Sums over runs. Adding up is associative and commutative: parts in any order, by any number of threads, give one
/// result. O(findings + lines + claims + steps) bytes, however many runs.
struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t violated = 0;   ///< runs with a violation
  std::uint64_t undecided = 0;  ///< runs without a verdict
  std::uint64_t events = 0;
  std::uint64_t digest = 0;                   ///< of all (seed, digest) pairs; their order means nothing
  std::map<std::uint64_t, Finding> findings;  ///< by signature
  std::vector<std::uint64_t> struck;          ///< of each line: runs in which it took effect
  std::vector<std::uint64_t> came_true;       ///< of each `sometimes` claim: runs
  std::vector<std::uint64_t> ran;             ///< of each step: runs in which it began
  Times held_times, violated_times;           ///< of runs that hold, of those that violate something

  /// Allocates only where something new is violated, or the first time. `signatures`: of this thread.
  void add(std::uint64_t seed, const Played& played, Signatures& signatures);
  void add(std::uint64_t seed, const Played& played);
  void add(const Tally& other);
  /// Back to nothing; keeps its memory.
  void clear();

  /// Findings that a single run shows: by Good and Turing, their share of the runs estimates how likely the next run is to
  /// show a new one (Good, "The Population Frequencies of Species", 1953).
  std::uint64_t seen_once() const;

  friend bool operator==(const Tally&, const Tally&) = default;
};

}  // namespace squall::faults
