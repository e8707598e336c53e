// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/monitor.hpp"

/// What the judges of waits share: when to look, and what has been told already.
///
/// Stuck is stuck: what is looked at late is found as it was, and its instant is computed from its waits. So in timed runs
/// it is enough to look now and then, and before something that stands still is swept away: by a deadline, which may break
/// up a cycle that it cannot help, by a crash, by the close of an instance. In explored worlds each state is looked at.
namespace squall::sim {

/// Their memory. Used in timed runs alone: in an exploration a violation ends its path.
struct WaitMemory {
  static constexpr std::size_t told_max = 8;

  std::uint64_t known;          ///< activations that are stuck and told, a bit each (rows below 64)
  std::uint64_t looked_at;      ///< event of the last look
  std::uint64_t settled_after;  ///< events and moves at the last look at a close: the world at its end
  std::uint64_t told_count;
  std::uint64_t told[told_max];  ///< signatures; of a run with more different troubles only so many are told
};

enum class Judged : std::uint8_t { deadlocks = 1, orphans = 2, both = 3 };

Monitor wait_monitor(Judged judged, const char* name, const char* claim);

}  // namespace squall::sim
