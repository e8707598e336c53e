// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/history/recorded_history.hpp"
#include "sim/history/check.hpp"
#include "sim/history/consistency/consistency.hpp"
#include "sim/history/transactions/anomalies.hpp"

// The store's models are what they claim: whatever the seed and whatever strikes, what agents see of a key is accepted by the
// checker of its setting; and given enough seeds it is rejected by every stronger one. Store and checkers know nothing of
// each other, so neither can be wrong alone.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using namespace sim::literals;
using sim::history::Consistency;
using sim::history::HistoryVerdict;

constexpr auto lag = 40ms;

enum class Habit { write_first, read_first };  ///< in one turn: whether all is read before anything is written

/// Two keys of one setting; three agents read and write both, and tell each other that they have, by message.
Scenario office(sim::Consistency consistency, Habit habit, bool faulty) {
  Workflow workflow{"office"};
  workflow.latency(sim::Distribution::uniform(std::chrono::milliseconds{1}, 5ms));
  for (const char* key : {"plan", "code"}) {
    workflow.key(key, {.consistency = consistency,
                       .lag = sim::Distribution::uniform(std::chrono::milliseconds{1}, lag),
                       .latency = sim::Distribution::uniform(std::chrono::milliseconds{1}, 3ms)});
  }
  const Time pause{sim::Distribution::uniform(std::chrono::milliseconds{1}, 20ms)};
  const auto turn = [&](const char* first, const char* second) {
    if (habit == Habit::read_first) return program().work(pause).read(first).work(pause).read(second).write(second, 1);
    return program().work(pause).read(first).write(second, 1).work(pause).read(second).read(first);
  };
  workflow.agent("ann", program().repeat(turn("plan", "code"), {.times = 2}));
  workflow.agent("bob", program().repeat(turn("code", "plan"), {.times = 2}));
  workflow.agent("cid", program().repeat(program().work(pause).read("code").read("plan"), {.times = 4}));
  faults::Profile faults;
  if (faulty) {
    faults.lines.push_back({.fault = faults::AgentSlow{}, .trigger = {.chance = 20_percent}});
    faults.lines.push_back({.fault = faults::AgentPause{}, .trigger = {.chance = 5_percent}});
  }
  return scenario(std::move(workflow), std::move(faults));
}

struct Counts {
  int accepted = 0, rejected = 0;
};

/// `check(history, options)` over many seeds, with and without faults.
template <class Check>
Counts over_seeds(sim::Consistency consistency, const Check& check, Habit habit = Habit::write_first) {
  Counts counts;
  for (const bool faulty : {false, true}) {
    const Scenario one = office(consistency, habit, faulty);
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
      sim::history::History history = history_of(one, record(one, sim::Seed{seed}));
      const sim::history::ModelOptions options{.initial = history.values.number(0)};
      const HistoryVerdict verdict = check(history, options);
      REQUIRE(verdict != HistoryVerdict::unknown);
      ++(verdict == HistoryVerdict::holds ? counts.accepted : counts.rejected);
    }
  }
  return counts;
}

Counts linearizable(sim::Consistency consistency) {
  return over_seeds(consistency, [](sim::history::History& history, const sim::history::ModelOptions& options) {
    const auto check = check_history(history, sim::history::ModelKind::plain_register, options, {});
    REQUIRE(check.troubles.empty());
    return check.verdict;
  });
}

Counts consistent(sim::Consistency consistency, Consistency asked, std::chrono::nanoseconds bound = {}) {
  return over_seeds(consistency, [&](sim::history::History& history, const sim::history::ModelOptions& options) {
    const auto check = check_consistency(history, asked, options, {}, bound.count());
    REQUIRE(check.troubles.empty());
    return check.verdict;
  });
}

/// What agents of an office with snapshot keys do as transactions: a snapshot is opened by the first read and ends with a write.
/// A write that is refused has changed nothing, and what was read before it was read all the same.
sim::history::History transactions_of(const sim::history::History& history) {
  using sim::history::Operation;
  sim::history::History made{.values = history.values, .operations = {}};
  sim::history::Values& values = made.values;
  std::map<sim::history::ValueId, std::vector<const Operation*>> open;
  const auto add = [&](const std::vector<const Operation*>& parts, sim::history::Outcome outcome) {
    std::vector<sim::history::ValueId> rows;
    for (const Operation* part : parts) {
      const char* what = part->function == sim::history::Function::read ? "\"r" : "\"w";
      rows.push_back(values.list(std::vector{values.word(what), part->key, part->value()}));
    }
    Operation transaction = *parts.front();
    transaction.function = sim::history::Function::txn;
    transaction.outcome = outcome;
    transaction.key = sim::history::nil;
    transaction.asked = transaction.answered = values.list(rows);
    transaction.returned = parts.back()->returned;
    made.operations.push_back(transaction);
  };
  for (const Operation& operation : history.operations) {
    auto& parts = open[operation.process];
    if (operation.outcome == sim::history::Outcome::fail) {
      add({&operation}, operation.outcome);
    } else {
      parts.push_back(&operation);
      if (operation.function == sim::history::Function::read) continue;
      add(parts, operation.outcome);
    }
    parts.clear();
  }
  for (const auto& [process, parts] : open) {
    if (!parts.empty()) add(parts, sim::history::Outcome::ok);
  }
  std::ranges::sort(made.operations, {}, &Operation::invoked);
  return made;
}

/// Whoever writes a version has read the one that it replaces, so that the order of versions is known.
Counts isolated(sim::Consistency consistency, sim::history::Isolation level) {
  const auto check = [level](sim::history::History& history, const sim::history::ModelOptions& options) {
    const sim::history::History made = transactions_of(history);
    const sim::history::Transactions transactions{made, sim::history::TransactionModel::rw_register};
    const auto checked = check_transactions(transactions, level, options.initial);
    REQUIRE(checked.troubles.empty());
    return checked.verdict;
  };
  return over_seeds(consistency, check, Habit::read_first);
}

void accepts(const Counts& counts) {
  CHECK(counts.rejected == 0);
  CHECK(counts.accepted == 300);
}
void rejects_some(const Counts& counts) {
  CHECK(counts.rejected > 0);
  CHECK(counts.accepted + counts.rejected == 300);
}

}  // namespace

TEST_SUITE("models of the store") {
  TEST_CASE("strong keys are linearizable, and so all that is weaker") {
    accepts(linearizable(sim::Consistency::strong));
    for (const Consistency asked :
         {Consistency::sequential, Consistency::causal, Consistency::read_your_writes, Consistency::monotonic_reads,
          Consistency::monotonic_writes, Consistency::writes_follow_reads})
      accepts(consistent(sim::Consistency::strong, asked));
  }

  TEST_CASE("causal keys are causal with all four session guarantees, and neither sequential nor linearizable") {
    for (const Consistency asked : {Consistency::causal, Consistency::read_your_writes, Consistency::monotonic_reads,
                                    Consistency::monotonic_writes, Consistency::writes_follow_reads})
      accepts(consistent(sim::Consistency::causal, asked));
    rejects_some(linearizable(sim::Consistency::causal));
    rejects_some(consistent(sim::Consistency::causal, Consistency::sequential));
  }

  TEST_CASE("eventual keys are as stale as their lag at most, and not causal") {
    accepts(consistent(sim::Consistency::eventual, Consistency::bounded_staleness, lag));
    rejects_some(consistent(sim::Consistency::eventual, Consistency::bounded_staleness, lag / 8));
    rejects_some(linearizable(sim::Consistency::eventual));
    rejects_some(consistent(sim::Consistency::eventual, Consistency::causal));
  }

  TEST_CASE("snapshot keys have snapshot isolation and all that is weaker, and are not serializable") {
    using sim::history::Isolation;
    for (const Isolation level : {Isolation::read_uncommitted, Isolation::read_committed, Isolation::snapshot})
      accepts(isolated(sim::Consistency::snapshot, level));
    rejects_some(isolated(sim::Consistency::snapshot, Isolation::serializable));
    for (const auto weaker : {sim::Consistency::strong, sim::Consistency::causal, sim::Consistency::eventual})
      rejects_some(isolated(weaker, Isolation::snapshot));
  }
}

}  // namespace squall::scenarios
