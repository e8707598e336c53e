// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "faults/tally.hpp"

/// Many seeds on many threads, with a result that does not depend on them.
namespace squall::faults {

/// Plays seeds, one after the other, on one thread: keeps a world and uses it again.
class Player {
 public:
  virtual ~Player() = default;
  virtual Played play(std::uint64_t seed) = 0;
};
using MakePlayer = std::function<std::unique_ptr<Player>()>;

/// So far. What is told here depends on threads and moments: it is for people who wait.
struct Progress {
  std::uint64_t runs = 0;
  std::uint64_t violated = 0;
  std::uint64_t events = 0;
  std::size_t findings = 0;
};

/// What the command hands in, since nothing here reads a clock. Both are called between blocks of runs, by any of the
/// threads, one at a time.
struct Hooks {
  std::function<bool()> stop{};  ///< true: no more blocks are begun
  std::function<void(const Progress&)> tick{};
};

/// Threads with a player each.
class Campaign {
 public:
  /// Makes the players, one after the other. Requires: jobs > 0.
  Campaign(const MakePlayer& make, unsigned jobs);

  /// Plays `seeds` seeds from `first` on, in blocks that the threads take in the order of their seeds, and adds them up. A
  /// stopped campaign has played `runs` seeds from `first` on without a gap: what was begun is finished. What a player
  /// throws is thrown here. Requires: the last seed is below 2^64.
  Tally run(std::uint64_t first, std::uint64_t seeds, const Hooks& hooks = {});

 private:
  std::vector<std::unique_ptr<Player>> players_;
};

}  // namespace squall::faults
