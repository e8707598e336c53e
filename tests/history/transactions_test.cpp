// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/history/transactions/anomalies.hpp"
#include "tests/history/lines.hpp"

// Each anomaly with the smallest history that has it, and the same history with one thing put right.
namespace squall::sim::history {
namespace {

using enum AnomalyKind;

/// Transactions one after the other, a process each, as `[["r", "x", [1]], ...]`, all of them at once unless `apart`.
std::string at_once(const std::vector<std::string>& transactions, bool apart = false) {
  std::string begins, ends, lines;
  for (std::size_t t = 0; t < transactions.size(); ++t) {
    const bool fails = transactions[t].starts_with("fail ");
    const std::string value = fails ? transactions[t].substr(5) : transactions[t];
    const std::string begin = std::to_string(t) + " invoke txn " + value + "\n";
    const std::string end = std::to_string(t) + (fails ? " fail txn " : " ok txn ") + value + "\n";
    lines += begin + end;
    begins += begin;
    ends += end;
  }
  return apart ? lines : begins + ends;
}

struct Judged {
  TransactionsCheck check;
  std::vector<AnomalyKind> kinds;
};

Judged judged(const std::string& lines, TransactionModel model, Isolation level = Isolation::serializable) {
  const scenarios::ReadHistory read = read_lines(lines);
  const Transactions transactions{read.history, model};
  Judged result{check_transactions(transactions, level, nil), {}};
  REQUIRE(result.check.troubles.empty());
  for (const Anomaly& anomaly : result.check.anomalies) result.kinds.push_back(anomaly.kind);
  return result;
}

std::vector<AnomalyKind> lists(const std::vector<std::string>& transactions) {
  return judged(at_once(transactions), TransactionModel::list_append).kinds;
}
std::vector<AnomalyKind> registers(const std::vector<std::string>& transactions) {
  return judged(at_once(transactions), TransactionModel::rw_register).kinds;
}

using Kinds = std::vector<AnomalyKind>;

}  // namespace

TEST_SUITE("histories: transactions on lists") {
  const std::string both = R"([["append", "x", 1], ["append", "y", 1]])";
  const std::string again = R"([["append", "x", 2], ["append", "y", 2]])";

  TEST_CASE("G0: writes in a circle") {
    CHECK(lists({both, again, R"([["r", "x", [1, 2]], ["r", "y", [2, 1]]])"}) == Kinds{g0});
    CHECK(lists({both, again, R"([["r", "x", [1, 2]], ["r", "y", [1, 2]]])"}).empty());
  }
  TEST_CASE("G1a: a read of what failed") {
    CHECK(lists({R"(fail [["append", "x", 1]])", R"([["r", "x", [1]]])"}) == Kinds{g1a});
    CHECK(lists({R"([["append", "x", 1]])", R"([["r", "x", [1]]])"}).empty());
  }
  TEST_CASE("G1b: a read in the middle of a transaction, which so saw one part of it and missed another") {
    const std::string twice = R"([["append", "x", 1], ["append", "x", 2]])";
    CHECK(lists({twice, R"([["r", "x", [1]]])"}) == Kinds{g1b, g_single});
    CHECK(lists({twice, R"([["r", "x", [1, 2]]])"}).empty());
  }
  TEST_CASE("G1c: two transactions that saw each other") {
    CHECK(lists({R"([["append", "x", 1], ["r", "y", [1]]])", R"([["append", "y", 1], ["r", "x", [1]]])"}) ==
          Kinds{g1c});
    CHECK(lists({R"([["append", "x", 1], ["r", "y", [1]]])", R"([["append", "y", 1], ["r", "x", []]])"}).empty());
  }
  TEST_CASE("G-single: one part of a transaction is seen and the other one is missed") {
    CHECK(lists({both, R"([["r", "x", [1]], ["r", "y", []]])", R"([["r", "y", [1]]])"}) == Kinds{g_single});
    CHECK(lists({both, R"([["r", "x", [1]], ["r", "y", [1]]])", R"([["r", "y", [1]]])"}).empty());
  }
  TEST_CASE("write skew: each misses what the other one wrote") {
    const std::string end = R"([["r", "x", [1]], ["r", "y", [1]]])";
    CHECK(lists({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", []], ["append", "x", 1]])", end}) ==
          Kinds{write_skew});
    CHECK(lists({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", [1]], ["append", "x", 1]])", end}).empty());
  }
  TEST_CASE("G2-item: three miss each other's writes") {
    CHECK(lists({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", []], ["append", "z", 1]])",
                 R"([["r", "z", []], ["append", "x", 1]])",
                 R"([["r", "x", [1]], ["r", "y", [1]], ["r", "z", [1]]])"}) == Kinds{g2_item});
    CHECK(lists({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", []], ["append", "z", 1]])",
                 R"([["r", "z", [1]], ["append", "x", 1]])", R"([["r", "x", [1]], ["r", "y", [1]], ["r", "z", [1]]])"})
              .empty());
  }
  TEST_CASE("lost update: two append to the same version") {
    const Kinds kinds = lists({R"([["r", "x", []], ["append", "x", 1]])", R"([["r", "x", []], ["append", "x", 2]])",
                               R"([["r", "x", [1, 2]]])"});
    CHECK(kinds == Kinds{g_single, lost_update});
    CHECK(lists({R"([["r", "x", []], ["append", "x", 1]])", R"([["r", "x", [1]], ["append", "x", 2]])",
                 R"([["r", "x", [1, 2]]])"})
              .empty());
  }
  TEST_CASE("internal: a transaction does not see its own append") {
    CHECK(lists({R"([["append", "x", 1], ["r", "x", []]])"}) == Kinds{internal});
    CHECK(lists({R"([["append", "x", 1], ["r", "x", [1]]])"}).empty());
    CHECK(lists({R"([["r", "x", []], ["append", "x", 1], ["r", "x", [1]]])"}).empty());
  }
  TEST_CASE("an element twice, reads that do not begin alike, and what nobody wrote") {
    CHECK(lists({R"([["append", "x", 1]])", R"([["r", "x", [1, 1]]])"}) == Kinds{duplicate});
    CHECK(lists({both, again, R"([["r", "x", [1, 2]]])", R"([["r", "x", [2]]])"}) == Kinds{incompatible});
    CHECK(lists({R"([["r", "x", [7]]])"}) == Kinds{unwritten});
  }
  TEST_CASE("what nobody knows has happened where somebody saw it, and otherwise need not have") {
    const std::string begin = "0 invoke txn " + both + "\n0 info txn " + both + "\n";
    const auto with = [&](const std::string& read) {
      return judged(begin + "1 invoke txn " + read + "\n1 ok txn " + read + "\n", TransactionModel::list_append).kinds;
    };
    CHECK(with(R"([["r", "x", []], ["r", "y", []]])").empty());
    CHECK(with(R"([["r", "x", [1]], ["r", "y", [1]]])").empty());
    CHECK(with(R"([["r", "x", [1]], ["r", "y", []]])").empty());  // nobody saw it in y: it may have been given up
  }
  TEST_CASE("real time counts where strict serializability was promised") {
    const std::string stale = at_once({R"([["append", "x", 1]])", R"([["r", "x", []]])", R"([["r", "x", [1]]])"}, true);
    CHECK(judged(stale, TransactionModel::list_append).check.verdict == HistoryVerdict::holds);
    const Judged strict = judged(stale, TransactionModel::list_append, Isolation::strict_serializable);
    CHECK(strict.check.verdict == HistoryVerdict::violated);
    CHECK(strict.kinds == Kinds{real_time});
  }
  TEST_CASE("a level allows what it does not promise") {
    const std::string skew =
        at_once({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", []], ["append", "x", 1]])",
                 R"([["r", "x", [1]], ["r", "y", [1]]])"});
    CHECK(judged(skew, TransactionModel::list_append, Isolation::snapshot).check.verdict == HistoryVerdict::holds);
    CHECK(judged(skew, TransactionModel::list_append, Isolation::repeatable_read).check.verdict ==
          HistoryVerdict::violated);
  }
  TEST_CASE("a circle is told edge by edge") {
    const Judged skew =
        judged(at_once({R"([["r", "x", []], ["append", "y", 1]])", R"([["r", "y", []], ["append", "x", 2]])",
                        R"([["r", "x", [2]], ["r", "y", [1]]])"}),
               TransactionModel::list_append);
    REQUIRE(skew.check.anomalies.size() == 1);
    CHECK(skew.check.anomalies[0].story ==
          std::vector<std::string>{"T1 came before T2: T1 read x -> [], and did not see 2, which T2 appended.",
                                   "T2 came before T1: T2 read y -> [], and did not see 1, which T1 appended.",
                                   "So T1 came before itself, which no order allows."});
  }
  TEST_CASE("a value that is appended twice is trouble: nobody knows who read whose") {
    const scenarios::ReadHistory read = read_lines(at_once({both, both}));
    const Transactions transactions{read.history, TransactionModel::list_append};
    const TransactionsCheck check = check_transactions(transactions, Isolation::serializable, nil);
    REQUIRE(check.troubles.size() == 2);
    CHECK(check.troubles[0].what == "1 is written to x a second time; the first time in line 1");
    CHECK(check.verdict == HistoryVerdict::unknown);
  }
}

TEST_SUITE("histories: transactions on registers") {
  const std::string both = R"([["w", "x", 1], ["w", "y", 1]])";

  TEST_CASE("reads of what failed, of what was in the middle, of what nobody wrote") {
    CHECK(registers({R"(fail [["w", "x", 1]])", R"([["r", "x", 1]])"}) == Kinds{g1a});
    CHECK(registers({R"([["w", "x", 1], ["w", "x", 2]])", R"([["r", "x", 1]])"}) == Kinds{g1b, g_single});
    CHECK(registers({R"([["r", "x", 7]])"}) == Kinds{unwritten});
    CHECK(registers({R"([["w", "x", 1]])", R"([["r", "x", 1]])"}).empty());
  }
  TEST_CASE("G1c, G-single and write skew") {
    CHECK(registers({R"([["w", "x", 1], ["r", "y", 1]])", R"([["w", "y", 1], ["r", "x", 1]])"}) == Kinds{g1c});
    CHECK(registers({both, R"([["r", "x", 1], ["r", "y", null]])"}) == Kinds{g_single});
    CHECK(registers({both, R"([["r", "x", 1], ["r", "y", 1]])"}).empty());
    CHECK(registers({R"([["r", "x", null], ["w", "y", 1]])", R"([["r", "y", null], ["w", "x", 1]])"}) ==
          Kinds{write_skew});
    CHECK(registers({R"([["r", "x", null], ["w", "y", 1]])", R"([["r", "y", 1], ["w", "x", 1]])"}).empty());
  }
  TEST_CASE("lost update: two change the same version") {
    const Kinds kinds =
        registers({R"([["w", "x", 1]])", R"([["r", "x", 1], ["w", "x", 2]])", R"([["r", "x", 1], ["w", "x", 3]])"});
    CHECK(std::ranges::find(kinds, lost_update) != kinds.end());
    CHECK(registers({R"([["w", "x", 1]])", R"([["r", "x", 1], ["w", "x", 2]])", R"([["r", "x", 2], ["w", "x", 3]])"})
              .empty());
  }
  TEST_CASE("a write of what the register holds at first is trouble") {
    const scenarios::ReadHistory read = read_lines(at_once({R"([["w", "x", null]])"}));
    const Transactions transactions{read.history, TransactionModel::rw_register};
    REQUIRE(check_transactions(transactions, Isolation::serializable, nil).troubles.size() == 1);
    CHECK(check_transactions(transactions, Isolation::serializable, no_value).troubles.empty());
  }
  TEST_CASE("internal, and versions in a circle") {
    CHECK(registers({R"([["w", "x", 1], ["r", "x", null]])"}) == Kinds{internal});
    const Kinds kinds = registers({R"([["r", "x", 2], ["w", "x", 1]])", R"([["r", "x", 1], ["w", "x", 2]])"});
    CHECK(std::ranges::find(kinds, cyclic_versions) != kinds.end());
  }
}

}  // namespace squall::sim::history
