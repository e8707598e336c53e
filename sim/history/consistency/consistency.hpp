// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/history/models.hpp"
#include "sim/history/search.hpp"

namespace squall::sim::history {

/// What registers can be asked to be, besides linearizable. Each process is a session; what never returned is one of its
/// own, since nobody goes on after it.
enum class Consistency : std::uint8_t {
  sequential,  ///< one order of all, in which each session keeps its own (Lamport, 1979)
  causal,      ///< nobody misses what he could know of (Bouajjani, Enea, Guerraoui, Hamza, 2017: weak causal, "CC")
  read_your_writes,     ///< a session sees its own writes, or newer ones
  monotonic_reads,      ///< what a session has seen it does not see older again
  monotonic_writes,     ///< who has seen a write of a session has seen all that this session wrote before
  writes_follow_reads,  ///< who has seen a write of a session has seen all that this session read before
  bounded_staleness     ///< a read sees nothing that was overwritten longer ago than a bound
};

struct ConsistencyRow {
  Consistency consistency;
  std::string_view name;   ///< what users write
  std::string_view claim;  ///< a sentence
};
std::span<const ConsistencyRow> consistencies();
const ConsistencyRow& consistency_row(Consistency consistency);
std::optional<Consistency> consistency_named(std::string_view name);

struct ConsistencyCheck {
  HistoryVerdict verdict = HistoryVerdict::holds;
  std::vector<HistoryTrouble> troubles;   ///< where there are any, nothing is to be concluded
  std::vector<std::uint32_t> operations;  ///< T1, T2, ... of the story: what contradicts itself
  std::vector<std::string> story;
  std::uint64_t steps = 0;  ///< of a search
  std::string unknown;      ///< why there is no verdict, as half a sentence
  std::size_t accesses = 0;
};

/// Judges registers of all keys together, each value of a key being written at most once (otherwise that is trouble). "Older"
/// is what is known to be: the initial value, or a version that the writer of the other one could know of.
///
/// All but sequential take O(n · (sessions + log n)) time and 4 bytes for each access and session. Sequential consistency is
/// NP-hard (Gibbons and Korach, 1997): a search, bounded by `limits`. `bound_ns`: of bounded staleness; it needs times in
/// the history.
ConsistencyCheck check_consistency(History& history, Consistency consistency, const ModelOptions& options,
                                   const SearchLimits& limits, std::int64_t bound_ns = 0);

}  // namespace squall::sim::history
