// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/context.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Shows a reader the newest entries of a history and not the oldest: a context window, a page of results. Histories are keys whose
/// reducer is `append` or `union`. One with no more than `keep` entries is not struck.
struct HistoryTruncated {
  static constexpr std::string_view name = "history-truncated";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a reader of a history misses its oldest entries";
  static constexpr std::string_view example = "history-truncated: {agent: coder, key: notes, nth: 1, keep: 5}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::read};

  std::uint32_t keep = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"keep", "1", "how many entries are left, the newest"}, self.keep);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return keep == 0 ? std::string_view{"'keep' counts from 1"} : std::string_view{}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Target& target = spot.target;
    const sim::KeyId key{static_cast<std::uint16_t>(target.detail)};
    const sim::Reducer reducer = spot.run.model.key(key).reducer;
    if (verdict.error != 0 || verdict.content != 0) return false;
    if (reducer != sim::Reducer::append && reducer != sim::Reducer::merge) return false;
    const sim::KeyView kept = sim::key_of(spot.world, spot.run.model, key, target.instance);
    const std::int64_t value = kept.version(kept.newest()).value;
    const std::int64_t entries =
        reducer == sim::Reducer::append ? value : __builtin_popcountll(static_cast<std::uint64_t>(value));
    if (entries <= std::int64_t{keep}) return false;
    verdict.content = keep;
    return true;
  }
  friend bool operator==(const HistoryTruncated&, const HistoryTruncated&) = default;
};

}  // namespace squall::faults
