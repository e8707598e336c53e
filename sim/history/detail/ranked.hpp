// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/history/call.hpp"

namespace squall::sim::history::detail {

/// A call and its place in an order that what was read dictates. Calls of one rank may come in any order.
struct Ranked {
  std::uint64_t rank;
  std::uint32_t call;
};

/// Two calls that came in real time in the other order than their ranks, the later rank first; nothing where there are
/// none, and then the order of ranks is a linearization. Sorts. O(n log n).
inline std::optional<std::pair<std::uint32_t, std::uint32_t>> out_of_order(std::vector<Ranked>& ranked,
                                                                           std::span<const Call> calls) {
  std::ranges::sort(
      ranked, [&](const Ranked& a, const Ranked& b) { return a.rank != b.rank ? a.rank < b.rank : a.call < b.call; });
  std::optional<std::uint32_t> last, last_of_rank;  // the call that was invoked last, of lower ranks and of this one
  for (std::size_t at = 0; at < ranked.size(); ++at) {
    const auto later = [&](std::optional<std::uint32_t>& of, std::uint32_t call) {
      if (!of || calls[*of].invoked < calls[call].invoked) of = call;
    };
    if (at != 0 && ranked[at].rank != ranked[at - 1].rank && last_of_rank) {
      later(last, *last_of_rank);
      last_of_rank.reset();
    }
    const std::uint32_t call = ranked[at].call;
    if (last && calls[call].returned < calls[*last].invoked) return std::pair{call, *last};
    later(last_of_rank, call);
  }
  return std::nullopt;
}

}  // namespace squall::sim::history::detail
