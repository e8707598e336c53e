// SPDX-License-Identifier: Apache-2.0
#include "sim/monitor.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/site.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Where the smallest rotation of `tokens` begins (Shiloach, "Fast Canonization of Circular Strings", 1981). O(tokens).
std::size_t smallest_rotation(const std::vector<std::string>& tokens) {
  const std::size_t n = tokens.size();
  std::size_t best = 0, rival = 1, same = 0;
  while (best < n && rival < n && same < n) {
    const int order = tokens[(best + same) % n].compare(tokens[(rival + same) % n]);
    if (order == 0) {
      ++same;
      continue;
    }
    // No rotation that begins within the compared part of the larger one can be the smallest.
    (order > 0 ? best : rival) += same + 1;
    if (best == rival) ++rival;
    same = 0;
  }
  return std::min(best, rival);
}

}  // namespace

std::size_t canonical_start(const Violation& violation) {
  return violation.cycle ? smallest_rotation(violation.witness) : 0;
}

std::uint64_t signature(const Violation& violation) {
  const std::size_t n = violation.witness.size();
  const std::size_t start = canonical_start(violation);
  std::uint64_t key = site_key(violation.invariant);
  for (std::size_t i = 0; i < n; ++i) key = child_key(key, site_key(violation.witness[(start + i) % n]));
  return key;
}

Instant Judging::now() const { return world.timed() ? world.clock().now : start_of_time; }

}  // namespace squall::sim
