// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "sim/history/detail/dependencies.hpp"
#include "sim/history/transactions/written.hpp"

namespace squall::sim::history::detail {
namespace {

using Items = std::span<const ValueId>;

/// Lists: the longest read of a key is the order of its versions; what is not in it was appended later.
class ListOrders {
 public:
  ListOrders(const Transactions& transactions, Dependencies& result)
      : transactions_{transactions},
        values_{transactions.history().values},
        result_{result},
        written_{transactions, result.troubles} {}

  void run() {
    if (!result_.troubles.empty()) return;
    observed_.assign(transactions_.size(), false);
    collect();
    for (const auto& [key, list] : lists_) link(key, list);
  }

 private:
  struct ListRead {
    std::uint32_t transaction;
    ValueId value;
  };
  struct KeyList {
    std::vector<ListRead> reads;
    ListRead longest{0, nil};
    std::vector<std::pair<std::uint32_t, ValueId>> appends;  ///< transaction and element, of what did not fail
  };

  Items items(ValueId list) const { return list == nil ? Items{} : values_.items(list); }

  void odd(Oddity kind, std::uint32_t transaction, std::uint32_t other, ValueId key, ValueId value,
           ValueId other_value = nil) {
    result_.oddities.push_back({kind, transaction, other, key, value, other_value});
  }

  void collect() {
    for (std::uint32_t t = 0; t < transactions_.size(); ++t) {
      check_internal(t);
      for (const MicroOperation& part : transactions_.parts(t)) {
        if (transactions_.outcome(t) == Outcome::fail) continue;
        KeyList& list = lists_[part.key];
        if (part.access == Access::write) {
          list.appends.push_back({t, part.value});
          continue;
        }
        if (!sound(t, part)) continue;
        list.reads.push_back({t, part.value});
        if (items(part.value).size() > items(list.longest.value).size()) list.longest = list.reads.back();
      }
    }
  }

  /// What one read says by itself. False where nothing can be concluded from it.
  bool sound(std::uint32_t t, const MicroOperation& read) {
    const Items seen = items(read.value);
    std::vector<ValueId> sorted(seen.begin(), seen.end());
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice != sorted.end()) {
      odd(Oddity::duplicate, t, t, read.key, read.value, *twice);
      return false;
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const Written::Writer* writer = written_.writer(read.key, seen[i]);
      if (writer == nullptr) {
        odd(Oddity::unwritten, t, t, read.key, read.value, seen[i]);
        return false;
      }
      observed_[writer->transaction] = true;
      if (transactions_.outcome(writer->transaction) == Outcome::fail)
        odd(Oddity::aborted_read, t, writer->transaction, read.key, read.value, seen[i]);
      else if (i + 1 == seen.size() && !writer->last && writer->transaction != t)
        odd(Oddity::intermediate_read, t, writer->transaction, read.key, read.value, seen[i]);
    }
    return true;
  }

  /// A read sees what the same transaction read and appended before.
  void check_internal(std::uint32_t t) {
    struct Expected {
      bool whole = false;  ///< all of the list is known, not only its end
      std::vector<ValueId> items;
    };
    std::map<ValueId, Expected> known;
    if (transactions_.outcome(t) != Outcome::ok) return;
    for (const MicroOperation& part : transactions_.parts(t)) {
      Expected& expected = known[part.key];
      if (part.access == Access::write) {
        expected.items.push_back(part.value);
        continue;
      }
      const Items seen = items(part.value);
      const std::size_t end = expected.items.size();
      const bool fits = expected.whole ? std::ranges::equal(seen, expected.items)
                                       : seen.size() >= end && std::ranges::equal(seen.last(end), expected.items);
      if (!fits) odd(Oddity::internal, t, t, part.key, part.value);
      expected.whole = true;
      expected.items.assign(seen.begin(), seen.end());
    }
  }

  void edge(std::uint32_t from, std::uint32_t to, Dependency kind, ValueId key, ValueId before, ValueId after) {
    if (from != to) result_.edges.push_back({from, to, kind, key, before, after});
  }

  void link(ValueId key, const KeyList& list) {
    const Items order = items(list.longest.value);
    const auto writer_of = [&](ValueId element) { return written_.writer(key, element)->transaction; };
    for (std::size_t i = 1; i < order.size(); ++i)
      edge(writer_of(order[i - 1]), writer_of(order[i]), Dependency::write_write, key, order[i - 1], order[i]);
    // Appends that nobody saw come behind all that somebody saw.
    std::vector<ValueId> seen(order.begin(), order.end());
    std::ranges::sort(seen);
    std::vector<std::pair<std::uint32_t, ValueId>> unseen;
    for (const auto& [t, element] : list.appends) {
      if (transactions_.outcome(t) == Outcome::ok && !std::ranges::binary_search(seen, element))
        unseen.push_back({t, element});
    }
    if (!order.empty()) {
      for (const auto& [t, element] : unseen)
        edge(writer_of(order.back()), t, Dependency::write_write, key, order.back(), element);
    }
    for (const ListRead& read : list.reads) {
      const Items items_read = items(read.value);
      if (!std::ranges::equal(items_read, order.first(items_read.size()))) {
        odd(Oddity::incompatible, read.transaction, list.longest.transaction, key, read.value, list.longest.value);
        continue;
      }
      if (!items_read.empty())
        edge(writer_of(items_read.back()), read.transaction, Dependency::write_read, key, items_read.back(),
             read.value);
      if (items_read.size() < order.size()) {
        const ValueId next = order[items_read.size()];
        edge(read.transaction, writer_of(next), Dependency::read_write, key, read.value, next);
      } else {
        for (const auto& [t, element] : unseen)
          edge(read.transaction, t, Dependency::read_write, key, read.value, element);
      }
    }
    find_lost_updates(key, list);
  }

  /// Two transactions that read the same version and then appended to it: one of them appended to what it did not read.
  void find_lost_updates(ValueId key, const KeyList& list) {
    std::map<ValueId, std::uint32_t> changed;
    for (const ListRead& read : list.reads) {
      if (!first_read_then_written(transactions_, read.transaction, key, read.value)) continue;
      const auto [at, is_new] = changed.emplace(read.value, read.transaction);
      if (!is_new && at->second != read.transaction)
        odd(Oddity::lost_update, read.transaction, at->second, key, read.value);
    }
  }

  const Transactions& transactions_;
  const Values& values_;
  Dependencies& result_;
  Written written_;
  std::map<ValueId, KeyList> lists_;
  std::vector<bool> observed_;
};

}  // namespace

void list_dependencies(const Transactions& transactions, Dependencies& result) {
  ListOrders{transactions, result}.run();
}

}  // namespace squall::sim::history::detail
