// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/history/detail/cycles.hpp"
#include "sim/history/detail/dependencies.hpp"
#include "sim/history/transactions/written.hpp"

namespace squall::sim::history::detail {
namespace {

/// Registers: the order of versions is known in parts. Whoever reads one and writes another one puts the other behind it;
/// whoever writes twice puts the second behind the first; everything is behind the initial value.
class RegisterOrders {
 public:
  RegisterOrders(const Transactions& transactions, ValueId initial, Dependencies& result)
      : transactions_{transactions}, initial_{initial}, result_{result}, written_{transactions, result.troubles} {}

  void run() {
    refuse_writes_of_the_first();
    if (!result_.troubles.empty()) return;
    observed_.assign(transactions_.size(), false);
    for (std::uint32_t t = 0; t < transactions_.size(); ++t) look(t);
    for (std::uint32_t t = 0; t < transactions_.size(); ++t) {
      if (counts(t)) collect(t);
    }
    for (auto& [key, register_] : registers_) link(key, register_);
  }

 private:
  struct VersionOrder {
    std::vector<std::pair<ValueId, ValueId>> follows;  ///< (before, after)
    std::map<ValueId, std::vector<std::uint32_t>> readers;
    std::vector<ValueId> written;
    std::map<ValueId, std::uint32_t> changed;  ///< by a version: who read it first and wrote later
  };

  bool counts(std::uint32_t t) const {
    return transactions_.outcome(t) == Outcome::ok || (transactions_.outcome(t) == Outcome::info && observed_[t]);
  }

  void odd(Oddity kind, std::uint32_t transaction, std::uint32_t other, ValueId key, ValueId value,
           ValueId other_value = nil) {
    result_.oddities.push_back({kind, transaction, other, key, value, other_value});
  }

  void refuse_writes_of_the_first() {
    const Values& values = transactions_.history().values;
    for (std::uint32_t t = 0; t < transactions_.size() && result_.troubles.size() < 20; ++t) {
      for (const MicroOperation& part : transactions_.parts(t)) {
        if (part.access != Access::write || part.value != initial_) continue;
        result_.troubles.push_back({t,
                                    fmt::format("{} is written to {}, which holds it at first",
                                                values.text(part.value, 40), values.text(part.key, 40)),
                                    "write each value once, and choose with --initial what nobody writes"});
      }
    }
  }

  /// What the reads of one transaction say by themselves.
  void look(std::uint32_t t) {
    if (transactions_.outcome(t) != Outcome::ok) return;
    std::map<ValueId, ValueId> known;
    for (const MicroOperation& part : transactions_.parts(t)) {
      const auto [at, is_new] = known.emplace(part.key, part.value);
      if (part.access == Access::read && !is_new && at->second != part.value)
        odd(Oddity::internal, t, t, part.key, part.value, at->second);
      at->second = part.value;
      if (part.access == Access::write || part.value == initial_) continue;
      const Written::Writer* writer = written_.writer(part.key, part.value);
      if (writer == nullptr) {
        odd(Oddity::unwritten, t, t, part.key, part.value, part.value);
        continue;
      }
      observed_[writer->transaction] = true;
      if (transactions_.outcome(writer->transaction) == Outcome::fail)
        odd(Oddity::aborted_read, t, writer->transaction, part.key, part.value, part.value);
      else if (!writer->last && writer->transaction != t)
        odd(Oddity::intermediate_read, t, writer->transaction, part.key, part.value, part.value);
    }
  }

  void collect(std::uint32_t t) {
    std::map<ValueId, ValueId> seen;  // the version that the transaction came upon or made last
    for (const MicroOperation& part : transactions_.parts(t)) {
      VersionOrder& order = registers_[part.key];
      const bool known = part.value == initial_ || written_.writer(part.key, part.value) != nullptr;
      const auto before = seen.find(part.key);
      if (part.access == Access::read) {
        if (known) order.readers[part.value].push_back(t);
        if (known && before == seen.end() && first_read_then_written(transactions_, t, part.key, part.value)) {
          const auto [at, is_new] = order.changed.emplace(part.value, t);
          if (!is_new && at->second != t) odd(Oddity::lost_update, t, at->second, part.key, part.value);
        }
      } else {
        order.written.push_back(part.value);
        if (before != seen.end()) order.follows.push_back({before->second, part.value});
      }
      if (known) seen[part.key] = part.value;
    }
  }

  void link(ValueId key, VersionOrder& order) {
    std::set<ValueId> behind_another;
    for (const auto& [before, after] : order.follows) behind_another.insert(after);
    for (const ValueId value : order.written) {
      if (!behind_another.contains(value) && value != initial_) order.follows.push_back({initial_, value});
    }
    if (circle(key, order)) return;
    const auto writer_of = [&](ValueId value) { return written_.writer(key, value); };
    for (const auto& [before, after] : order.follows) {
      const Written::Writer* next = writer_of(after);
      if (next == nullptr) continue;
      if (before != initial_ && writer_of(before) != nullptr)
        edge(writer_of(before)->transaction, next->transaction, Dependency::write_write, key, before, after);
      const auto readers = order.readers.find(before);
      if (readers == order.readers.end()) continue;
      for (const std::uint32_t reader : readers->second)
        edge(reader, next->transaction, Dependency::read_write, key, before, after);
    }
    for (const auto& [value, readers] : order.readers) {
      if (value == initial_ || writer_of(value) == nullptr) continue;
      for (const std::uint32_t reader : readers)
        edge(writer_of(value)->transaction, reader, Dependency::write_read, key, value, value);
    }
  }

  /// Versions in a circle have no order to conclude anything from.
  bool circle(ValueId key, const VersionOrder& order) {
    std::map<ValueId, std::uint32_t> number;
    std::vector<DependencyEdge> edges;
    const auto number_of = [&](ValueId value) {
      return number.emplace(value, static_cast<std::uint32_t>(number.size())).first->second;
    };
    for (const auto& [before, after] : order.follows) {
      const std::uint32_t from = number_of(before), to = number_of(after);
      if (from != to) edges.push_back({.from = from, .to = to, .kind = Dependency::write_write, .key = key});
    }
    const DependencyGraph graph{static_cast<std::uint32_t>(number.size()), edges};
    const std::vector<std::vector<std::uint32_t>> knots = graph.knots(all_dependencies);
    if (knots.empty()) return false;
    const auto in_knot = [&](ValueId value) { return std::ranges::find(knots[0], number_of(value)) != knots[0].end(); };
    for (const auto& [before, after] : order.follows) {
      if (before == after || !in_knot(before) || !in_knot(after)) continue;
      const Written::Writer* writer = written_.writer(key, after);
      if (writer == nullptr) continue;
      odd(Oddity::cyclic_versions, writer->transaction, writer->transaction, key, before, after);
      break;
    }
    return true;
  }

  void edge(std::uint32_t from, std::uint32_t to, Dependency kind, ValueId key, ValueId before, ValueId after) {
    if (from != to && counts(from) && counts(to)) result_.edges.push_back({from, to, kind, key, before, after});
  }

  const Transactions& transactions_;
  ValueId initial_;
  Dependencies& result_;
  Written written_;
  std::map<ValueId, VersionOrder> registers_;
  std::vector<bool> observed_;
};

}  // namespace

bool first_read_then_written(const Transactions& transactions, std::uint32_t transaction, ValueId key, ValueId value) {
  bool read = false;
  for (const MicroOperation& part : transactions.parts(transaction)) {
    if (part.key != key) continue;
    if (!read && (part.access == Access::write || part.value != value)) return false;
    if (part.access == Access::write) return true;
    read = true;
  }
  return false;
}

void register_dependencies(const Transactions& transactions, ValueId initial, Dependencies& result) {
  RegisterOrders{transactions, initial, result}.run();
}

}  // namespace squall::sim::history::detail
