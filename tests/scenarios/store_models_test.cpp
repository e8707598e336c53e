// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/history/recorded_history.hpp"
#include "sim/history/check.hpp"
#include "sim/history/consistency/consistency.hpp"

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

/// Two keys of one setting; three agents read and write both, and tell each other that they have, by message.
Scenario office(sim::Consistency consistency, bool faulty) {
  Workflow workflow{"office"};
  workflow.latency(sim::Distribution::uniform(std::chrono::milliseconds{1}, 5ms));
  for (const char* key : {"plan", "code"}) {
    workflow.key(key, {.consistency = consistency,
                       .lag = sim::Distribution::uniform(std::chrono::milliseconds{1}, lag),
                       .latency = sim::Distribution::uniform(std::chrono::milliseconds{1}, 3ms)});
  }
  const Time pause{sim::Distribution::uniform(std::chrono::milliseconds{1}, 20ms)};
  const auto turn = [&](const char* first, const char* second) {
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
Counts over_seeds(sim::Consistency consistency, const Check& check) {
  Counts counts;
  for (const bool faulty : {false, true}) {
    const Scenario one = office(consistency, faulty);
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
}

}  // namespace squall::scenarios
