// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/history/detail/quick_parts.hpp"
#include "sim/history/detail/ranked.hpp"
#include "sim/site.hpp"

namespace squall::sim::history::detail {
namespace {

constexpr std::uint32_t none = FlatIndex::none;

/// A value of the register: who wrote it, and who changed it into the next one by comparing.
struct Version {
  ValueId value;
  std::uint32_t writer = none;     ///< none: the initial value, or nobody
  std::uint32_t successor = none;  ///< the compare-and-set that saw it
  std::uint32_t chain = none;      ///< its place: a chain begins with what was written without comparing
  std::uint32_t place = 0;         ///< along the chain
  bool needed = false;             ///< somebody who has returned has seen it
};

/// All calls around one chain of values. In any order they come as one: nothing lies between a compare and its set.
/// Chain A has to come before chain B where a call of A returned before one of B was invoked.
struct Chain {
  Moment first_return = never;
  Moment last_invocation = 0;
  std::uint32_t first_call = none, last_call = none;

  bool forward() const { return first_return < last_invocation; }
};

class Zones {
 public:
  Zones(ValueId initial, std::span<const Call> calls) : calls_{calls}, initial_{initial} {}

  std::optional<QuickVerdict> run() {
    version(initial_);
    find_needed();
    if (!find_writers()) return std::nullopt;
    if (auto wrong = link()) return wrong;
    if (auto wrong = place()) return wrong;
    if (auto wrong = order_within()) return wrong;
    return order_between();
  }

 private:
  std::uint32_t find(ValueId value) const {
    return index_.find(moremur(value), [&](std::uint32_t at) { return versions_[at].value == value; });
  }
  std::uint32_t version(ValueId value) {
    const std::uint32_t known = find(value);
    if (known != none) return known;
    versions_.push_back({.value = value});
    index_.add(moremur(value), static_cast<std::uint32_t>(versions_.size() - 1));
    return static_cast<std::uint32_t>(versions_.size() - 1);
  }
  static bool writes(const Call& call) { return call.act != Act::read; }
  static ValueId written(const Call& call) { return call.act == Act::cas ? call.b : call.a; }

  /// A call that never returned counts where somebody saw what it wrote; otherwise it may as well not have happened.
  bool counts(const Call& call) const { return !call.optional() || versions_[find(written(call))].needed; }

  void find_needed() {
    std::vector<std::uint32_t> unsure;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      const Call& call = calls_[c];
      const std::uint32_t seen = version(call.a);
      if (call.act == Act::cas) version(call.b);
      if (call.act == Act::write) continue;
      if (call.optional()) unsure.push_back(c);
      else versions_[seen].needed = true;
    }
    std::ranges::reverse(unsure);  // who sees a value mostly comes after who wrote it
    for (bool more = true; more;) {
      more = false;
      for (const std::uint32_t c : unsure) {
        Version& seen = versions_[find(calls_[c].a)];
        if (seen.needed || !versions_[find(calls_[c].b)].needed) continue;
        more = seen.needed = true;
      }
    }
  }

  /// False where a value has two writers.
  bool find_writers() {
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if (!writes(calls_[c]) || !counts(calls_[c])) continue;
      Version& made = versions_[find(written(calls_[c]))];
      if (made.writer != none || made.value == initial_) return false;
      made.writer = c;
    }
    return true;
  }

  bool unwritten(const Version& one) const { return one.writer == none && one.value != initial_; }

  /// With those that saw what each call wrote and what was made of it, up to one that has returned: without them a call
  /// that never returned need not have happened.
  std::vector<std::uint32_t> with_observers(std::vector<std::uint32_t> calls) const {
    std::vector<std::pair<ValueId, std::uint32_t>> looks;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if (calls_[c].act == Act::read || (calls_[c].act == Act::cas && counts(calls_[c])))
        looks.push_back({calls_[c].a, c});
    }
    std::ranges::sort(looks);
    std::vector<bool> taken(calls_.size(), false);
    for (std::size_t w = 0; w < calls.size(); ++w) {
      const Call& call = calls_[calls[w]];
      if (!call.optional()) continue;
      auto at = std::ranges::lower_bound(looks, std::pair{written(call), std::uint32_t{0}});
      for (; at != looks.end() && at->first == written(call); ++at) {
        if (!taken[at->second]) calls.push_back(at->second);
        taken[at->second] = true;
      }
    }
    return calls;
  }

  std::optional<QuickVerdict> link() {
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      const Call& call = calls_[c];
      if (call.act == Act::write || (writes(call) && !counts(call))) continue;
      Version& seen = versions_[find(call.a)];
      if (unwritten(seen)) return fails_by(with_observers({c}));
      if (call.act == Act::read) continue;
      if (seen.successor != none) {
        std::vector<std::uint32_t> witness = with_observers({c, seen.successor});
        if (seen.writer != none) witness.push_back(seen.writer);
        return fails_by(std::move(witness));
      }
      seen.successor = c;
    }
    return std::nullopt;
  }

  std::optional<QuickVerdict> place() {
    for (std::uint32_t v = 0; v < versions_.size(); ++v) {
      const Version& head = versions_[v];
      const bool begins = head.value == initial_ || (head.writer != none && calls_[head.writer].act == Act::write);
      if (!begins) continue;
      std::uint32_t place = 0;
      for (std::uint32_t at = v;; at = find(calls_[versions_[at].successor].b)) {
        versions_[at].chain = static_cast<std::uint32_t>(chains_.size());
        versions_[at].place = place++;
        if (versions_[at].successor == none) break;
      }
      chains_.emplace_back();
    }
    for (const Version& one : versions_) {  // what is left stands on a ring: each was made from the one before
      if (one.chain != none || one.writer == none) continue;
      std::vector<std::uint32_t> ring{one.writer};
      for (std::uint32_t at = find(calls_[one.writer].a); versions_[at].writer != one.writer;
           at = find(calls_[versions_[at].writer].a)) {
        if (versions_[at].writer == none) break;
        ring.push_back(versions_[at].writer);
      }
      // Whoever saw one of these values, since none of them need have happened.
      for (std::uint32_t c = 0; c < calls_.size(); ++c) {
        const bool looks = calls_[c].act == Act::read;
        if (looks && versions_[find(calls_[c].a)].chain == none) ring.push_back(c);
      }
      return fails_by(std::move(ring));
    }
    return std::nullopt;
  }

  std::optional<QuickVerdict> order_within() {
    std::vector<Ranked> ranked;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if (writes(calls_[c]) && !counts(calls_[c])) continue;
      const Version& one = versions_[find(writes(calls_[c]) ? written(calls_[c]) : calls_[c].a)];
      ranked.push_back(
          {std::uint64_t{one.chain} << 32 | (2 * std::uint64_t{one.place} + (writes(calls_[c]) ? 0 : 1)), c});
      chained_.push_back({one.chain, c});
    }
    // One chain at a time: chains are not ordered yet.
    std::ranges::stable_sort(ranked, {}, [](const Ranked& one) { return one.rank >> 32; });
    for (std::size_t from = 0, to = 0; from < ranked.size(); from = to) {
      while (to < ranked.size() && ranked[to].rank >> 32 == ranked[from].rank >> 32) ++to;
      std::vector<Ranked> part(ranked.begin() + static_cast<std::ptrdiff_t>(from),
                               ranked.begin() + static_cast<std::ptrdiff_t>(to));
      if (const auto wrong = out_of_order(part, calls_))
        return with_chains({wrong->first, wrong->second}, static_cast<std::uint32_t>(ranked[from].rank >> 32));
    }
    return std::nullopt;
  }

  /// `calls` and all that writes in a chain: these are closed, so they fail by themselves.
  QuickVerdict with_chains(std::vector<std::uint32_t> calls, std::uint32_t one, std::uint32_t other = none) const {
    for (const auto& [chain, call] : chained_) {
      if (chain != one && chain != other) continue;
      // Whoever saw the last value of the chain shows that it came so far.
      const Version& seen = versions_[find(calls_[call].a)];
      const bool shows = !writes(calls_[call]) && seen.successor == none && seen.writer != none;
      if (writes(calls_[call]) || (shows && calls_[seen.writer].optional())) calls.push_back(call);
    }
    return fails_by(std::move(calls));
  }

  std::optional<QuickVerdict> order_between() {
    const std::uint32_t first = versions_[find(initial_)].chain;
    chains_[first].first_return = 0;
    for (const auto& [chain, call] : chained_) {
      Chain& one = chains_[chain];
      if (calls_[call].returned < one.first_return) {
        one.first_return = calls_[call].returned;
        one.first_call = call;
      }
      if (calls_[call].invoked > one.last_invocation) {
        one.last_invocation = calls_[call].invoked;
        one.last_call = call;
      }
    }
    std::vector<std::uint32_t> forward;
    for (std::uint32_t c = 0; c < chains_.size(); ++c) {
      if (chains_[c].forward()) forward.push_back(c);
    }
    std::ranges::sort(forward, {}, [&](std::uint32_t c) { return chains_[c].first_return; });
    // Two forward zones that overlap each have to come before the other.
    for (std::size_t f = 1; f < forward.size(); ++f) {
      if (chains_[forward[f]].first_return < chains_[forward[f - 1]].last_invocation)
        return conflict(forward[f - 1], forward[f]);
    }
    // A backward zone inside a forward one: each has to come before the other as well.
    for (std::uint32_t c = 0; c < chains_.size(); ++c) {
      if (chains_[c].forward() || chains_[c].last_call == none) continue;
      const auto after = std::ranges::lower_bound(forward, chains_[c].last_invocation, {},
                                                  [&](std::uint32_t f) { return chains_[f].first_return; });
      if (after == forward.begin()) continue;
      if (chains_[c].first_return < chains_[*std::prev(after)].last_invocation) return conflict(*std::prev(after), c);
    }
    return QuickVerdict{};
  }

  QuickVerdict conflict(std::uint32_t one, std::uint32_t other) const {
    std::vector<std::uint32_t> calls;
    for (const std::uint32_t chain : {one, other}) {
      for (const std::uint32_t call : {chains_[chain].first_call, chains_[chain].last_call}) {
        if (call != none) calls.push_back(call);
      }
    }
    return with_chains(std::move(calls), one, other);
  }

  std::span<const Call> calls_;
  ValueId initial_;
  std::vector<Version> versions_;
  FlatIndex index_;
  std::vector<Chain> chains_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> chained_;
};

}  // namespace

std::optional<QuickVerdict> quick_register(const ModelOptions& options, std::span<const Call> calls) {
  return Zones{options.initial, calls}.run();
}

}  // namespace squall::sim::history::detail
