// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "sim/history/random_history.hpp"
#include "sim/history/transactions/anomalies.hpp"
#include "tests/effort.hpp"

// Transactions on lists that read everything at the end: then the dependencies say all, and a history is serializable exactly
// where some order of its transactions explains it. Compared with all orders.
namespace squall::sim::history {
namespace {

/// Transactions on two keys. Those under way read a copy made when they began, or the present lists, as the draw says, so
/// that some histories hold and some do not; one at the end reads all.
class RandomTransactions {
 public:
  RandomTransactions(TransactionModel model, std::uint64_t seed) : model_{model}, random_{seed} {}

  History draw(std::uint32_t count) {
    // What reads see: the present, what was there when the transaction began, or any past.
    const std::uint32_t mode = random_.below(3);
    std::vector<Lists> past{lists_};
    std::vector<Lists> copies;
    std::vector<std::uint32_t> open;
    for (std::uint32_t begun = 0; begun < count || !open.empty();) {
      if (begun < count && (open.empty() || random_.one_in(2))) {
        open.push_back(begin(begun++));
        copies.push_back(lists_);
        continue;
      }
      const std::uint32_t which = random_.below(static_cast<std::uint32_t>(open.size()));
      const std::uint32_t back = random_.below(static_cast<std::uint32_t>(past.size()));
      end(open[which], mode == 0 ? lists_ : mode == 1 ? copies[which] : past[back]);
      past.push_back(lists_);
      open.erase(open.begin() + which);
      copies.erase(copies.begin() + which);
    }
    end(begin_with({part("\"r", 0, nil), part("\"r", 1, nil)}, 99), lists_);
    return std::move(history_);
  }

 private:
  using Lists = std::array<std::vector<ValueId>, 2>;

  ValueId number(std::uint32_t n) { return history_.values.number(n); }
  ValueId part(std::string_view what, std::uint32_t key, ValueId value) {
    return history_.values.list(std::vector{history_.values.word(what), number(key), value});
  }

  std::uint32_t begin(std::uint32_t process) {
    std::vector<ValueId> parts;
    for (std::uint32_t p = 0, n = 1 + random_.below(3); p < n; ++p) {
      const bool read = random_.one_in(2);
      const std::uint32_t key = random_.below(2);
      parts.push_back(
          read ? part("\"r", key, nil)
               : part(model_ == TransactionModel::list_append ? "\"append" : "\"w", key, number(++written_)));
    }
    return begin_with(parts, process);
  }
  std::uint32_t begin_with(const std::vector<ValueId>& parts, std::uint32_t process) {
    history_.operations.push_back({.function = Function::txn,
                                   .process = number(process),
                                   .asked = history_.values.list(parts),
                                   .invoked = ++moment_});
    return static_cast<std::uint32_t>(history_.operations.size() - 1);
  }

  void end(std::uint32_t o, Lists view) {
    Operation& operation = history_.operations[o];
    const std::vector<ValueId> parts(history_.values.items(operation.asked).begin(),
                                     history_.values.items(operation.asked).end());
    std::vector<ValueId> answers;
    for (const ValueId one : parts) {
      const std::vector<ValueId> row(history_.values.items(one).begin(), history_.values.items(one).end());
      const std::size_t key = row[1] == number(0) ? 0 : 1;
      if (history_.values.word_of(row[0]) == "\"r") {
        const ValueId seen = model_ == TransactionModel::list_append ? history_.values.list(view[key])
                             : view[key].empty()                     ? nil
                                                                     : view[key].back();
        answers.push_back(history_.values.list(std::vector{row[0], row[1], seen}));
      } else {
        view[key].push_back(row[2]);
        lists_[key].push_back(row[2]);
        answers.push_back(one);
      }
    }
    operation.answered = history_.values.list(answers);
    operation.outcome = Outcome::ok;
    operation.returned = ++moment_;
  }

  TransactionModel model_;
  Random random_;
  History history_;
  Lists lists_;
  std::uint32_t written_ = 0;
  Moment moment_ = 0;
};

/// Whether the transactions, in this order, would have read what they did.
bool explains(const Transactions& transactions, const std::vector<std::uint32_t>& order) {
  std::map<ValueId, std::vector<ValueId>> state;
  const Values& values = transactions.history().values;
  for (const std::uint32_t t : order) {
    for (const MicroOperation& part : transactions.parts(t)) {
      std::vector<ValueId>& held = state[part.key];
      if (part.access == Access::write) {
        held.push_back(part.value);
      } else if (transactions.model() == TransactionModel::list_append) {
        if (!std::ranges::equal(held, values.items(part.value))) return false;
      } else if ((held.empty() ? nil : held.back()) != part.value) {
        return false;
      }
    }
  }
  return true;
}

bool keeps_real_time(const Transactions& transactions, const std::vector<std::uint32_t>& order) {
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = a + 1; b < order.size(); ++b) {
      if (transactions.operation(order[b]).returned < transactions.operation(order[a]).invoked) return false;
    }
  }
  return true;
}

struct Possible {
  bool any = false, in_real_time = false;
};
Possible every_order(const Transactions& transactions) {
  std::vector<std::uint32_t> order(transactions.size());
  std::iota(order.begin(), order.end(), 0U);
  Possible possible;
  do {
    if (!explains(transactions, order)) continue;
    possible.any = true;
    possible.in_real_time = possible.in_real_time || keeps_real_time(transactions, order);
  } while (!possible.in_real_time && std::next_permutation(order.begin(), order.end()));
  return possible;
}

std::uint64_t transactions() { return asked("SQUALL_HISTORIES", effort(2'000U)); }

}  // namespace

TEST_SUITE("histories: transactions against every order") {
  TEST_CASE("lists: serializable, and strictly so, exactly where an order explains all reads") {
    std::uint64_t held = 0, strict = 0;
    for (std::uint64_t seed = 1; seed <= transactions(); ++seed) {
      const History history = RandomTransactions{TransactionModel::list_append, seed}.draw(5);
      const Transactions transactions{history, TransactionModel::list_append};
      const Possible possible = every_order(transactions);
      const TransactionsCheck loose = check_transactions(transactions, Isolation::serializable, nil);
      REQUIRE_MESSAGE((loose.verdict == HistoryVerdict::holds) == possible.any, "seed " << seed);
      const TransactionsCheck tight = check_transactions(transactions, Isolation::strict_serializable, nil);
      REQUIRE_MESSAGE((tight.verdict == HistoryVerdict::holds) == possible.in_real_time, "seed " << seed);
      held += possible.any;
      strict += possible.in_real_time;
    }
    MESSAGE(held << " of " << transactions() << " are serializable, " << strict << " strictly");
    CHECK(held > transactions() / 10);
    CHECK(held < transactions());
    CHECK(strict < held);
  }
  TEST_CASE("registers: what an order explains is never called violated") {
    std::uint64_t held = 0, missed = 0;
    for (std::uint64_t seed = 1; seed <= transactions(); ++seed) {
      const History history = RandomTransactions{TransactionModel::rw_register, seed}.draw(5);
      const Transactions transactions{history, TransactionModel::rw_register};
      const Possible possible = every_order(transactions);
      const TransactionsCheck check = check_transactions(transactions, Isolation::serializable, nil);
      const TransactionsCheck tight = check_transactions(transactions, Isolation::strict_serializable, nil);
      held += check.verdict == HistoryVerdict::holds;
      missed += check.verdict == HistoryVerdict::holds && !possible.any;
      REQUIRE_MESSAGE((check.verdict == HistoryVerdict::holds || !possible.any), "seed " << seed);
      REQUIRE_MESSAGE((tight.verdict == HistoryVerdict::holds || !possible.in_real_time), "seed " << seed);
    }
    MESSAGE(held << " of " << transactions() << " are not violated as far as can be told; " << missed
                 << " of these no order explains");
    CHECK(held < transactions());
  }
}

}  // namespace squall::sim::history
