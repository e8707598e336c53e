// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/history/consistency/accesses.hpp"

namespace squall::sim::history::detail {

/// Each fills in the verdict and, where it is a violation, the story. Requires: every value seen was written.
void check_causal(const RegisterAccesses& accesses, ConsistencyCheck& result);
void check_session(const RegisterAccesses& accesses, Consistency guarantee, ConsistencyCheck& result);
void check_sequential(const RegisterAccesses& accesses, const SearchLimits& limits, ConsistencyCheck& result);
void check_staleness(const RegisterAccesses& accesses, std::int64_t bound_ns, ConsistencyCheck& result);

/// Sets the verdict to `violated` with these accesses, T1 and so on, and this story.
inline void violated_by(const RegisterAccesses& accesses, const std::vector<std::uint32_t>& which,
                        std::vector<std::string> story, ConsistencyCheck& result) {
  result.verdict = HistoryVerdict::violated;
  result.operations.clear();
  for (const std::uint32_t access : which) result.operations.push_back(accesses[access].call.operation);
  result.story = std::move(story);
}

}  // namespace squall::sim::history::detail
