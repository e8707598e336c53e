// SPDX-License-Identifier: Apache-2.0
#include "sim/history/quick.hpp"

#include <algorithm>

#include "sim/history/detail/quick_parts.hpp"
#include "sim/history/detail/ranked.hpp"
#include "sim/site.hpp"

namespace squall::sim::history {
namespace detail {
namespace {

/// Finds things by a value, one each.
class ByValue {
 public:
  /// Its number; `FlatIndex::none` where there is none.
  std::uint32_t find(ValueId value) const {
    return index_.find(moremur(value), [&](std::uint32_t at) { return values_[at] == value; });
  }
  /// False where it was there.
  bool add(ValueId value) {
    if (find(value) != FlatIndex::none) return false;
    values_.push_back(value);
    index_.add(moremur(value), static_cast<std::uint32_t>(values_.size() - 1));
    return true;
  }

 private:
  std::vector<ValueId> values_;
  FlatIndex index_;
};

}  // namespace

std::optional<QuickVerdict> quick_list(const Values& values, std::span<const Call> calls) {
  ByValue appended;
  std::vector<std::uint32_t> append_of;
  std::vector<std::uint32_t> longest_of;  // at most one: the read that saw most
  for (std::uint32_t c = 0; c < calls.size(); ++c) {
    if (calls[c].act == Act::append) {
      if (!appended.add(calls[c].a)) return std::nullopt;
      append_of.push_back(c);
    } else if (longest_of.empty() || values.items(calls[c].a).size() > values.items(calls[longest_of[0]].a).size()) {
      longest_of.assign(1, c);
    }
  }
  std::vector<std::uint64_t> rank_of(append_of.size(), ~std::uint64_t{0});
  if (!longest_of.empty()) {
    const auto longest = values.items(calls[longest_of[0]].a);
    for (std::size_t i = 0; i < longest.size(); ++i) {
      const std::uint32_t at = appended.find(longest[i]);
      if (at == FlatIndex::none) return fails_by({longest_of[0]});
      if (rank_of[at] != ~std::uint64_t{0}) return fails_by({longest_of[0], append_of[at]});
      rank_of[at] = 2 * (i + 1);
    }
    for (std::uint32_t c = 0; c < calls.size(); ++c) {
      if (calls[c].act == Act::append || calls[c].a == calls[longest_of[0]].a) continue;
      const auto seen = values.items(calls[c].a);
      if (!std::ranges::equal(seen, longest.first(seen.size()))) {
        std::vector<std::uint32_t> witness{c, longest_of[0]};
        for (const ValueId item : seen) {
          const std::uint32_t at = appended.find(item);
          if (at == FlatIndex::none) return fails_by({c});
          witness.push_back(append_of[at]);
        }
        for (const ValueId item : longest) witness.push_back(append_of[appended.find(item)]);
        return fails_by(std::move(witness));
      }
    }
  }
  std::vector<Ranked> ranked;
  for (std::uint32_t c = 0, a = 0; c < calls.size(); ++c) {
    if (calls[c].act == Act::read_list) {
      ranked.push_back({2 * values.items(calls[c].a).size() + 1, c});
    } else {
      const std::uint64_t rank = rank_of[a++];
      if (!calls[c].optional() || rank != ~std::uint64_t{0}) ranked.push_back({rank, c});
    }
  }
  const auto wrong = out_of_order(ranked, calls);
  if (!wrong) return QuickVerdict{};
  // Besides these two, whoever makes the lists possible that they and the longest read saw.
  std::vector<std::uint32_t> witness{wrong->first, wrong->second};
  if (!longest_of.empty()) {
    witness.push_back(longest_of[0]);
    for (const ValueId item : values.items(calls[longest_of[0]].a)) witness.push_back(append_of[appended.find(item)]);
  }
  return fails_by(std::move(witness));
}

std::optional<QuickVerdict> quick_set(const Values& values, std::span<const Call> calls) {
  ByValue added;
  std::vector<std::uint32_t> add_of, reads;
  for (std::uint32_t c = 0; c < calls.size(); ++c) {
    if (calls[c].act == Act::read_set) {
      reads.push_back(c);
    } else {
      if (!added.add(calls[c].a)) return std::nullopt;
      add_of.push_back(c);
    }
  }
  std::vector<std::vector<std::uint32_t>> seen(calls.size());  // by reads: numbers of what they saw, ascending
  for (const std::uint32_t c : reads) {
    for (const ValueId item : values.items(calls[c].a)) {
      const std::uint32_t at = added.find(item);
      if (at == FlatIndex::none) return fails_by({c});
      seen[c].push_back(at);
    }
    std::ranges::sort(seen[c]);
    seen[c].erase(std::unique(seen[c].begin(), seen[c].end()), seen[c].end());
  }
  std::ranges::stable_sort(reads, {}, [&](std::uint32_t c) { return seen[c].size(); });
  const auto with_adds = [&](std::vector<std::uint32_t> witness) {
    for (std::size_t w = witness.size(); w-- > 0;) {
      for (const std::uint32_t at : seen[witness[w]]) witness.push_back(add_of[at]);
    }
    return fails_by(std::move(witness));
  };
  std::vector<std::uint64_t> rank_of(add_of.size(), ~std::uint64_t{0});
  std::vector<Ranked> ranked;
  std::uint64_t rank = 1;
  for (std::size_t r = 0; r < reads.size(); ++r) {
    if (r != 0 && !std::ranges::includes(seen[reads[r]], seen[reads[r - 1]]))
      return with_adds({reads[r - 1], reads[r]});
    if (r != 0 && seen[reads[r]].size() != seen[reads[r - 1]].size()) rank += 2;
    for (const std::uint32_t at : seen[reads[r]]) rank_of[at] = std::min(rank_of[at], rank - 1);
    ranked.push_back({rank, reads[r]});
  }
  for (std::uint32_t a = 0; a < add_of.size(); ++a) {
    if (!calls[add_of[a]].optional() || rank_of[a] != ~std::uint64_t{0}) ranked.push_back({rank_of[a], add_of[a]});
  }
  const auto wrong = out_of_order(ranked, calls);
  if (!wrong) return QuickVerdict{};
  std::vector<std::uint32_t> witness{wrong->first, wrong->second};
  // The read that shows how the two are ordered: the last one that saw the lower one and not the higher one.
  if (!reads.empty()) {
    std::vector<std::uint64_t> rank_of_call(calls.size(), 0);
    for (const Ranked& one : ranked) rank_of_call[one.call] = one.rank;
    for (const std::uint32_t c : reads) {
      if (rank_of_call[c] >= rank_of_call[wrong->second]) {
        witness.push_back(c);
        break;
      }
    }
  }
  return with_adds(std::move(witness));
}

std::optional<QuickVerdict> quick_queue(std::span<const Call> calls, bool ordered) {
  ByValue items;
  std::vector<std::uint32_t> put;
  for (std::uint32_t c = 0; c < calls.size(); ++c) {
    if (calls[c].act == Act::dequeue_empty || calls[c].act == Act::dequeue_any) return std::nullopt;
    if (calls[c].act != Act::enqueue) continue;
    if (!items.add(calls[c].a)) return std::nullopt;
    put.push_back(c);
  }
  std::vector<std::uint32_t> taken(put.size(), FlatIndex::none);
  for (std::uint32_t c = 0; c < calls.size(); ++c) {
    if (calls[c].act != Act::dequeue) continue;
    const std::uint32_t item = items.find(calls[c].a);
    if (item == FlatIndex::none) return fails_by({c});
    if (taken[item] != FlatIndex::none) return fails_by({put[item], taken[item], c});
    if (calls[c].returned < calls[put[item]].invoked) return fails_by({put[item], c});
    taken[item] = c;
  }
  if (!ordered) return QuickVerdict{};
  // Whoever was put in before another one, and is taken after it or never: of those put in before, the one that is taken
  // last of all is enough to look at.
  std::vector<std::uint32_t> by_return;
  for (std::uint32_t i = 0; i < put.size(); ++i) {
    if (!calls[put[i]].optional()) by_return.push_back(i);
  }
  std::ranges::sort(by_return, {}, [&](std::uint32_t i) { return calls[put[i]].returned; });
  const auto taken_from = [&](std::uint32_t i) {
    return taken[i] == FlatIndex::none ? never : calls[taken[i]].invoked;
  };
  std::size_t next = 0;
  std::uint32_t last = FlatIndex::none;
  for (std::uint32_t i = 0; i < put.size(); ++i) {  // in the order of their invocations
    for (; next < by_return.size() && calls[put[by_return[next]]].returned < calls[put[i]].invoked; ++next) {
      if (last == FlatIndex::none || taken_from(last) < taken_from(by_return[next])) last = by_return[next];
    }
    if (last == FlatIndex::none || taken[i] == FlatIndex::none) continue;
    if (calls[taken[i]].returned < taken_from(last)) {
      std::vector<std::uint32_t> witness{put[last], put[i], taken[i]};
      if (taken[last] != FlatIndex::none) witness.push_back(taken[last]);
      return fails_by(std::move(witness));
    }
  }
  return QuickVerdict{};
}

}  // namespace detail

std::optional<QuickVerdict> quick_verdict(const Values& values, ModelKind kind, const ModelOptions& options,
                                          std::span<const Call> calls) {
  switch (kind) {
    case ModelKind::plain_register:
    case ModelKind::cas_register: return detail::quick_register(options, calls);
    case ModelKind::queue: return detail::quick_queue(calls, true);
    case ModelKind::unordered_queue: return detail::quick_queue(calls, false);
    case ModelKind::set: return detail::quick_set(values, calls);
    case ModelKind::list_append: return detail::quick_list(values, calls);
    default: return std::nullopt;
  }
}

}  // namespace squall::sim::history
