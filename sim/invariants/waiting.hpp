// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/monitor.hpp"

/// What the judges of waits share: when to look, and what has been told already.
namespace squall::sim {

/// Their memory. Used in timed runs alone: in an exploration each state is looked at, and a violation ends its path.
struct WaitMemory {
  static constexpr std::size_t told_max = 8;

  std::uint64_t known;             ///< activations that are stuck and told, a bit each (rows below 64)
  std::uint32_t skipped;           ///< occasions to look since the last look
  std::uint16_t maybe;             ///< somebody may be waiting for ever
  std::uint16_t told_count;
  std::uint64_t told[told_max];    ///< signatures; a run that has more different troubles tells these
};

/// Occasions to look: whatever may take away the last supplier of a wait, or add a wait.
inline constexpr SeenMask wait_occasions = bits(Seen::waited, Seen::finished, Seen::failed, Seen::crashed, Seen::lost,
                                                Seen::dropped, Seen::dead_letter, Seen::discarded, Seen::closed);

enum class Judged : std::uint8_t { deadlocks = 1, orphans = 2, both = 3 };

/// Looks where it is time to look. Stuck is stuck: what is looked at late is found as it was, and its instant is computed
/// from the waits. So small worlds are looked at when little is pending, when something is lost, crashes or closes, and else
/// at every eighth occasion; large ones (more than 64 activations) once for as many occasions as they have activations.
void judge_waits(const Model&, const World&, const Observation&, std::byte* memory, Violations&, Judged);
void judge_waits_at_end(const Model&, const World&, std::byte* memory, Violations&, Judged);

}  // namespace squall::sim
