// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/history/detail/quick_parts.hpp"

namespace squall::sim::history {
namespace {

/// Who puts what where, and from when on: in order, so that it can be counted.
class Puts {
 public:
  void add(ValueId key, ValueId value, const Call& call, std::uint32_t number) {
    rows_.push_back({key, value, call.invoked, number});
  }
  void sort() {
    std::ranges::sort(rows_, {}, [](const Row& row) { return std::tuple{row.key, row.value, row.invoked}; });
  }
  /// How many put this value there, and had begun by then.
  std::size_t count(ValueId key, ValueId value, Moment by) const {
    const auto [first, last] = range(key, value, by);
    return static_cast<std::size_t>(last - first);
  }
  void add_to(std::vector<std::uint32_t>& witness, ValueId value, Moment by) const {
    const auto [first, last] = range(nil, value, by);
    for (auto row = first; row != last; ++row) witness.push_back(row->call);
  }

 private:
  struct Row {
    ValueId key, value;
    Moment invoked;
    std::uint32_t call;
  };
  std::pair<std::vector<Row>::const_iterator, std::vector<Row>::const_iterator> range(ValueId key, ValueId value,
                                                                                      Moment by) const {
    const auto place = [](const Row& row) { return std::tuple{row.key, row.value, row.invoked}; };
    return {std::ranges::lower_bound(rows_, std::tuple{key, value, Moment{0}}, {}, place),
            std::ranges::lower_bound(rows_, std::tuple{key, value, by}, {}, place)};
  }
  std::vector<Row> rows_;
};

class Answers {
 public:
  Answers(const Values& values, const ModelOptions& options, std::span<const Call> calls)
      : values_{values}, options_{options}, calls_{calls} {
    for (std::uint32_t c = 0; c < calls.size(); ++c) {
      const Call& call = calls[c];
      switch (call.act) {
        case Act::write:
        case Act::enqueue:
        case Act::add:
        case Act::append: puts_.add(nil, call.a, call, c); break;
        case Act::cas: puts_.add(nil, call.b, call, c); break;
        case Act::txn:
          for (const ValueId part : values.items(call.a)) {
            const auto row = values.items(part);
            if (!reads(row)) puts_.add(row[1], row[2], call, c);
          }
          break;
        default: break;
      }
    }
    puts_.sort();
  }

  std::optional<QuickVerdict> first_from_nowhere() const {
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if (calls_[c].optional()) continue;
      if (auto found = look_at(calls_[c], c)) return found;
    }
    return taken_too_often();
  }

 private:
  bool reads(std::span<const ValueId> part) const { return values_.word_of(part[0]) == "\"r"; }

  std::optional<QuickVerdict> look_at(const Call& call, std::uint32_t number) const {
    const auto put = [&](ValueId key, ValueId value) { return puts_.count(key, value, call.returned) != 0; };
    switch (call.act) {
      case Act::read:
      case Act::cas:
        if (call.a != options_.initial && !put(nil, call.a)) return detail::fails_by({number});
        break;
      case Act::read_set:
        for (const ValueId item : values_.items(call.a)) {
          if (!put(nil, item)) return detail::fails_by({number});
        }
        break;
      case Act::read_list: return look_at_list(call, number);
      case Act::txn:
        for (const ValueId part : values_.items(call.a)) {
          const auto row = values_.items(part);
          const bool says_nothing = row[2] == options_.initial || (row[2] == nil && !options_.null_is_a_value);
          if (reads(row) && !says_nothing && !put(row[1], row[2])) return detail::fails_by({number});
        }
        break;
      default: break;
    }
    return std::nullopt;
  }

  /// Whether it holds something more often than it was appended.
  std::optional<QuickVerdict> look_at_list(const Call& call, std::uint32_t number) const {
    std::vector<ValueId> items(values_.items(call.a).begin(), values_.items(call.a).end());
    std::ranges::sort(items);
    for (std::size_t i = 0, next = 0; i < items.size(); i = next) {
      while (next < items.size() && items[next] == items[i]) ++next;
      const std::size_t appended = puts_.count(nil, items[i], call.returned);
      if (appended >= next - i) continue;
      std::vector<std::uint32_t> witness{number};
      if (appended != 0) {
        for (const ValueId item : items) puts_.add_to(witness, item, call.returned);
      }
      return detail::fails_by(std::move(witness));
    }
    return std::nullopt;
  }

  /// Whether something was taken out of a queue more often than it was put in by then.
  std::optional<QuickVerdict> taken_too_often() const {
    std::vector<std::uint32_t> taken;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if (calls_[c].act == Act::dequeue && !calls_[c].optional()) taken.push_back(c);
    }
    std::ranges::sort(taken, {}, [&](std::uint32_t c) { return std::pair{calls_[c].a, calls_[c].returned}; });
    for (std::size_t t = 0, first = 0; t < taken.size(); ++t) {
      const Call& call = calls_[taken[t]];
      if (calls_[taken[first]].a != call.a) first = t;
      if (puts_.count(nil, call.a, call.returned) > t - first) continue;
      std::vector<std::uint32_t> witness(taken.begin() + static_cast<std::ptrdiff_t>(first),
                                         taken.begin() + static_cast<std::ptrdiff_t>(t) + 1);
      puts_.add_to(witness, call.a, call.returned);
      return detail::fails_by(std::move(witness));
    }
    return std::nullopt;
  }

  const Values& values_;
  const ModelOptions& options_;
  std::span<const Call> calls_;
  Puts puts_;
};

}  // namespace

std::optional<QuickVerdict> from_nowhere(const Values& values, const ModelOptions& options,
                                         std::span<const Call> calls) {
  return Answers{values, options, calls}.first_from_nowhere();
}

}  // namespace squall::sim::history
