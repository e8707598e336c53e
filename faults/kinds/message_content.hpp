// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/apply.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

/// What kinds share that take something out of a message.
namespace squall::faults {

/// Bit of the artifact among `Verdict::removed`; the fields have the others.
inline constexpr std::uint64_t artifact_removed = std::uint64_t{1} << 63;

/// All that a message carries, as bits of `Verdict::removed`. Of an answer to an `ask` only what is the user's own.
inline std::uint64_t carried(const sim::World& world, sim::Row message) {
  const sim::MessageRow& row = world.message(message);
  return row.present | (row.artifact != sim::no_row ? artifact_removed : 0);
}

/// A verdict that takes them out of a message about to leave; false where nothing of it is there any more.
inline bool remove(sim::Verdict& verdict, std::uint64_t bits) {
  if ((bits & ~verdict.removed) == 0) return false;
  verdict.removed |= bits;
  return true;
}

/// The same of one in flight, in an explored world.
inline void remove_in_flight(sim::World& world, sim::Run& run, sim::Row message, std::uint64_t bits) {
  sim::Verdict verdict;
  verdict.removed = bits;
  sim::corrupt(world, run, message, verdict);
}

}  // namespace squall::faults
