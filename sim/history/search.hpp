// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/history/machine.hpp"

namespace squall::sim::history {

enum class HistoryVerdict : std::uint8_t { holds, violated, unknown };

/// `holds`, `violated` or `unknown`.
constexpr std::string_view verdict_name(HistoryVerdict verdict) {
  return verdict == HistoryVerdict::holds ? "holds" : verdict == HistoryVerdict::violated ? "violated" : "unknown";
}

/// What a search may spend. Beyond, its verdict is `unknown`.
struct SearchLimits {
  std::uint64_t steps_max = 0;                        ///< positions looked at; 0: any number
  std::size_t memory_max = std::size_t{2} << 30;      ///< bytes for the positions known to lead nowhere
  std::function<bool()> stop = [] { return false; };  ///< asked now and then
};

struct Linearization {
  HistoryVerdict verdict = HistoryVerdict::holds;
  std::uint64_t steps = 0;
  std::size_t memory = 0;
  /// The call (position in the span) that no order explains together with all that returned before it: the history up to
  /// its return is the shortest beginning that fails. Of an unknown verdict: how far the search came.
  std::uint32_t blocked = 0;
  /// States that the object may be in before that call returns, in ascending order; at most 16.
  std::vector<Machine::State> states;
};

/// Is there an order of the calls, each somewhere between its invocation and its return, in which `machine` answers as it
/// did? (Herlihy and Wing, "Linearizability", 1990.) It starts in one of `starts`, or in its initial state where those are
/// empty.
///
/// Depth first over the returns: whatever must take effect by a return does so just in time (Lowe, "Testing for
/// linearizability", 2017), and positions known to lead nowhere are remembered (Wing and Gong, 1993). What keeps the
/// number of positions small is written where it is done. Exponential at worst; O(calls × concurrency) where nothing has
/// to be tried twice.
///
/// Requires: calls in the order of their invocations, no two moments equal but `never`.
Linearization linearize(std::span<const Call> calls, Machine& machine, const SearchLimits& limits,
                        std::span<const Machine::State> starts = {});

}  // namespace squall::sim::history
