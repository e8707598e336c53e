// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history/recorded_history.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <utility>

#include "scenarios/history/read_history.hpp"
#include "sim/history/check.hpp"

// What simulated agents do to the shared context, judged as a history that came from somewhere else would be.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using sim::history::HistoryVerdict;

/// Two writers and two readers of one key, each three times, at odd moments.
Workflow office(sim::Consistency consistency, sim::Distribution lag = {}) {
  Workflow workflow{"office"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.key("plan", {.consistency = consistency, .lag = lag, .latency = sim::Distribution::uniform(1ms, 9ms)});
  for (const char* name : {"ann", "bob"})
    workflow.agent(name, program().repeat(program().work(Time{3ms}).write("plan", 1), {.times = 3}));
  for (const char* name : {"cid", "dan"})
    workflow.agent(name, program().repeat(program().work(Time{2ms}).read("plan"), {.times = 4}));
  return workflow;
}

HistoryVerdict judged(const Scenario& scenario, const Recording& recording) {
  sim::history::History history = history_of(scenario, recording);
  const sim::history::ModelOptions options{.initial = history.values.number(0)};
  const auto check = check_history(history, sim::history::ModelKind::plain_register, options, {});
  REQUIRE(check.troubles.empty());
  return check.verdict;
}

}  // namespace

TEST_SUITE("recorded histories") {
  TEST_CASE("a strong key is linearizable in every run") {
    const Scenario strong = scenario(office(sim::Consistency::strong));
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
      CHECK(judged(strong, record(strong, sim::Seed{seed})) == HistoryVerdict::holds);
  }

  TEST_CASE("an eventual key is not, in some run") {
    const Scenario eventual =
        scenario(office(sim::Consistency::eventual, sim::Distribution::uniform(std::chrono::milliseconds{5}, 30ms)));
    int violated = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
      violated += judged(eventual, record(eventual, sim::Seed{seed})) == HistoryVerdict::violated ? 1 : 0;
    CHECK(violated > 0);
  }

  TEST_CASE("a stale read and a lost write show in the history of a strong key") {
    Workflow workflow{"one by one"};
    workflow.latency(sim::Distribution::constant(1ms));
    workflow.key("plan");
    workflow.agent("ann", program().write("plan", 1).write("plan", 2).read("plan"));
    for (const faults::Fault& fault : {faults::Fault{faults::StaleRead{}}, faults::Fault{faults::LostWrite{}}}) {
      const Scenario one = scenario(workflow);
      CHECK(judged(one, record(one, sim::Seed{1})) == HistoryVerdict::holds);
      const bool read = std::holds_alternative<faults::StaleRead>(fault);
      const faults::Plan plan{
          {{.fault = fault, .matcher = {.agent = "ann", .key = "plan"}, .trigger = {.nth = read ? 1U : 2U}}}};
      CHECK(judged(one, replay(one, sim::Seed{1}, plan)) == HistoryVerdict::violated);
    }
  }

  TEST_CASE("written as lines and read again, it is the same history") {
    const Scenario strong = scenario(office(sim::Consistency::strong));
    const sim::history::History history = history_of(strong, record(strong, sim::Seed{1}));
    CHECK(history.operations.size() == 14);
    std::istringstream lines{history_lines(history)};
    const ReadHistory again = read_history(lines, "office");
    REQUIRE(again.ok());
    REQUIRE(again.history.operations.size() == history.operations.size());
    for (std::size_t o = 0; o < history.operations.size(); ++o) {
      CHECK(again.history.operations[o].function == history.operations[o].function);
      CHECK(again.history.operations[o].outcome == history.operations[o].outcome);
      CHECK(again.history.operations[o].invoked_ns == history.operations[o].invoked_ns);
    }
  }
}

}  // namespace squall::scenarios
