// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/plain.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/context.hpp"

namespace squall::faults {

/// Shows a reader the last two entries of a history in the wrong order: messages merged from two replicas, a page of results sorted
/// by another clock. It takes the piece of work that came before the last one for the last; how many entries there are, and the
/// version, are right. Histories are keys whose reducer is `append`: a set has no order. Where the last two entries are not two
/// pieces of work nobody could tell, and nothing is struck.
struct HistoryReordered : Plain {
  static constexpr std::string_view name = "history-reordered";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a reader of a history sees its last two entries in the wrong order";
  static constexpr std::string_view example = "history-reordered: {agent: coder, key: notes, nth: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::read};

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Target& target = spot.target;
    const sim::KeyId key{static_cast<std::uint16_t>(target.detail)};
    if (verdict.error != 0 || verdict.overtake) return false;
    if (spot.run.model.key(key).reducer != sim::Reducer::append) return false;
    const sim::KeyView kept = sim::key_of(spot.world, spot.run.model, key, target.instance);
    if (kept.newest() == kept.oldest()) return false;
    const sim::Row last = kept.version(kept.newest()).artifact;
    const sim::Row before = kept.version(kept.newest() - 1).artifact;
    if (last == sim::no_row || before == sim::no_row || last == before) return false;
    verdict.overtake = true;
    return true;
  }
};

}  // namespace squall::faults
