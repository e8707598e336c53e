// SPDX-License-Identifier: Apache-2.0
#include "faults/shrink.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace squall::faults {
namespace {

/// Asks each set once. Nothing: the budget is used up.
class Asking {
 public:
  Asking(const Fails& fails, Budget& budget) : fails_(fails), budget_(budget) {}

  std::optional<bool> fails(const Parts& parts) {
    if (const auto known = known_.find(parts); known != known_.end()) return known->second;
    if (!budget_.spend()) return std::nullopt;
    return known_.emplace(parts, fails_(parts)).first->second;
  }

 private:
  const Fails& fails_;
  Budget& budget_;
  std::map<Parts, bool> known_;
};

/// Piece `number` of `pieces` of equal size.
Parts piece(const Parts& parts, std::size_t number, std::size_t pieces) {
  const std::size_t from = parts.size() * number / pieces, to = parts.size() * (number + 1) / pieces;
  return {parts.begin() + static_cast<std::ptrdiff_t>(from), parts.begin() + static_cast<std::ptrdiff_t>(to)};
}

Parts without(const Parts& parts, const Parts& removed) {
  Parts rest;
  std::ranges::set_difference(parts, removed, std::back_inserter(rest));
  return rest;
}

}  // namespace

Shrunk ddmin(std::size_t parts, const Fails& fails, Budget& budget) {
  Asking asking{fails, budget};
  Parts kept(parts);
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  const auto none = asking.fails({});
  if (!none) return {kept, kept.empty()};
  if (*none) return {{}, true};

  std::size_t pieces = 2;
  while (kept.size() >= 2) {
    std::optional<Parts> smaller;
    // One piece alone, then all but one; of two pieces each is all but the other.
    for (std::size_t p = 0; !smaller && p < pieces; ++p) {
      const Parts alone = piece(kept, p, pieces);
      const auto answer = asking.fails(alone);
      if (!answer) return {kept, false};
      if (*answer) smaller = alone;
    }
    const bool reduced_to_piece = smaller.has_value();
    for (std::size_t p = 0; !smaller && pieces > 2 && p < pieces; ++p) {
      const Parts rest = without(kept, piece(kept, p, pieces));
      const auto answer = asking.fails(rest);
      if (!answer) return {kept, false};
      if (*answer) smaller = rest;
    }
    if (smaller) {
      kept = std::move(*smaller);
      pieces = reduced_to_piece ? 2 : std::max<std::size_t>(pieces - 1, 2);
    } else if (pieces < kept.size()) {
      pieces = std::min(kept.size(), 2 * pieces);
    } else {
      break;  // each piece was one part: none can be left out
    }
    pieces = std::min(pieces, std::max<std::size_t>(kept.size(), 2));
  }
  return {kept, true};
}

std::uint64_t smallest(std::uint64_t low, std::uint64_t high, const std::function<bool(std::uint64_t)>& fails,
                       Budget& budget) {
  if (low >= high) return high;
  if (!budget.spend()) return high;
  if (fails(low)) return low;
  // `low` passes, `high` fails.
  while (high - low > 1 && budget.spend()) {
    const std::uint64_t middle = low + (high - low) / 2;
    (fails(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace squall::faults
