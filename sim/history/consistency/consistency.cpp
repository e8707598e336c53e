// SPDX-License-Identifier: Apache-2.0
#include "sim/history/consistency/consistency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/history/detail/consistency_parts.hpp"

namespace squall::sim::history {
namespace {

constexpr std::array rows{
    ConsistencyRow{Consistency::sequential, "sequential",
                   "one order explains all, in which each process keeps its own"},
    ConsistencyRow{Consistency::causal, "causal", "nobody misses what he could know of"},
    ConsistencyRow{Consistency::read_your_writes, "read-your-writes",
                   "each process sees its own writes, or newer ones"},
    ConsistencyRow{Consistency::monotonic_reads, "monotonic-reads", "no process sees older values than it has seen"},
    ConsistencyRow{Consistency::monotonic_writes, "monotonic-writes",
                   "who has seen a write sees all that its process wrote before"},
    ConsistencyRow{Consistency::writes_follow_reads, "writes-follow-reads",
                   "who has seen a write sees all that its process had read before"},
    ConsistencyRow{Consistency::bounded_staleness, "bounded-staleness",
                   "no read sees what was replaced longer ago than the bound"},
};

}  // namespace

std::span<const ConsistencyRow> consistencies() { return rows; }
const ConsistencyRow& consistency_row(Consistency consistency) { return rows[static_cast<std::size_t>(consistency)]; }
std::optional<Consistency> consistency_named(std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &ConsistencyRow::name);
  if (row == rows.end()) return std::nullopt;
  return row->consistency;
}

ConsistencyCheck check_consistency(History& history, Consistency consistency, const ModelOptions& options,
                                   const SearchLimits& limits, std::int64_t bound_ns) {
  ConsistencyCheck result;
  const RegisterAccesses accesses{history, options};
  result.accesses = accesses.all().size();
  result.troubles = accesses.troubles();
  const auto clocks = accesses.all().size() * accesses.sessions() * sizeof(std::uint32_t);
  if (result.troubles.empty()) {
    for (std::uint32_t a = 0; a < accesses.all().size(); ++a) {
      if (!accesses[a].reads() || accesses.source(a) != RegisterAccesses::nobody_wrote) continue;
      detail::violated_by(accesses, {a},
                          {fmt::format("T1 saw {}, which nobody wrote.", accesses.value_text(accesses[a].seen()))},
                          result);
      return result;
    }
    const bool needs_clocks = consistency != Consistency::sequential && consistency != Consistency::bounded_staleness;
    if (needs_clocks && clocks > limits.memory_max) {
      result.verdict = HistoryVerdict::unknown;
      result.unknown = fmt::format("{} calls of {} processes take more memory than allowed", accesses.all().size(),
                                   accesses.sessions());
      return result;
    }
    switch (consistency) {
      case Consistency::sequential: detail::check_sequential(accesses, limits, result); break;
      case Consistency::causal: detail::check_causal(accesses, result); break;
      case Consistency::bounded_staleness: detail::check_staleness(accesses, bound_ns, result); break;
      default: detail::check_session(accesses, consistency, result);
    }
  }
  if (!result.troubles.empty()) result.verdict = HistoryVerdict::unknown;
  return result;
}

}  // namespace squall::sim::history
