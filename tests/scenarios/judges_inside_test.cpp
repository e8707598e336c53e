// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "scenarios/history/recorded_history.hpp"
#include "sim/history/check.hpp"
#include "sim/history/consistency/consistency.hpp"
#include "tests/effort.hpp"

// A judge inside a run and the checker of histories say the same of what agents did to the shared context. They share
// nothing but the definition: one goes along with the run in a few words of memory, the other sees all of it at the end.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using namespace sim::literals;
using sim::history::HistoryVerdict;

const char* const guarantees[] = {"read-your-writes",    "monotonic-reads", "monotonic-writes",
                                  "writes-follow-reads", "causal",          "sequential"};

/// Three agents read and write two keys at odd moments; stale reads, lost writes and perhaps crashes strike.
Scenario office(sim::Consistency consistency, bool shared, bool crashes) {
  Workflow workflow{"office"};
  workflow.latency(sim::Distribution::uniform(1ms, 5ms));
  for (const char* key : {"plan", "code"})
    workflow.key(key, {.initial = 0,
                       .consistency = consistency,
                       .lag = sim::Distribution::uniform(1ms, 40ms),
                       .shared = shared,
                       .latency = sim::Distribution::uniform(1ms, 15ms)});
  const Time pause{sim::Distribution::uniform(1ms, 10ms)};
  workflow.agent("ann", program().repeat(program().work(pause).read("plan").write("code", 1), {.times = 2}));
  workflow.agent("bob",
                 program().repeat(program().work(pause).write("plan", 1).read("code").read("plan"), {.times = 2}));
  workflow.agent("cid", program().repeat(program().work(pause).read("code").read("plan"), {.times = 3}));
  workflow.check("linearizable");
  for (const char* name : guarantees) workflow.check(name);
  faults::Profile faults;
  faults.lines.push_back({.fault = faults::StaleRead{}, .trigger = {.chance = 10_percent}});
  faults.lines.push_back({.fault = faults::LostWrite{}, .trigger = {.chance = 5_percent}});
  if (crashes)
    faults.lines.push_back(
        {.fault = faults::AgentCrash{.restart = sim::Distribution::constant(3ms)}, .trigger = {.chance = 2_percent}});
  return scenario(std::move(workflow), std::move(faults));
}

bool found(const Recording& recording, std::string_view name) {
  return std::ranges::any_of(recording.outcome.violations,
                             [&](const sim::Violation& violation) { return violation.invariant == name; });
}

struct Tally {
  int both = 0, neither = 0, inside_alone = 0, outside_alone = 0;
  void add(bool inside, bool outside) {
    ++(inside ? (outside ? both : inside_alone) : (outside ? outside_alone : neither));
  }
};

HistoryVerdict outside(sim::history::History& history, const std::string& name) {
  const sim::history::ModelOptions options{.initial = history.values.number(0)};
  if (name == "linearizable") {
    const auto check = check_history(history, sim::history::ModelKind::plain_register, options, {});
    REQUIRE(check.troubles.empty());
    return check.verdict;
  }
  const auto check = check_consistency(history, *sim::history::consistency_named(name), options, {});
  REQUIRE(check.troubles.empty());
  return check.verdict;
}

std::map<std::string, Tally> compared(bool crashes) {
  std::map<std::string, Tally> tallies;
  for (const auto consistency : {sim::Consistency::strong, sim::Consistency::causal, sim::Consistency::eventual}) {
    for (const bool shared : {false, true}) {
      const Scenario one = office(consistency, shared, crashes);
      for (std::uint64_t seed = 1; seed <= effort(300U); ++seed) {
        const Recording recording = record(one, sim::Seed{seed});
        REQUIRE(recording.outcome.undecided.empty());
        sim::history::History history = history_of(one, recording);
        for (const std::string name : {"linearizable", "read-your-writes", "monotonic-reads", "monotonic-writes",
                                       "writes-follow-reads", "causal", "sequential"}) {
          const HistoryVerdict verdict = outside(history, name);
          REQUIRE(verdict != HistoryVerdict::unknown);
          const bool inside = found(recording, name);
          tallies[name].add(inside, verdict == HistoryVerdict::violated);
          CHECK_MESSAGE((inside || verdict != HistoryVerdict::violated), name << ", seed " << seed);
        }
      }
    }
  }
  return tallies;
}

}  // namespace

TEST_SUITE("judges inside a run") {
  TEST_CASE("they find what the checkers of histories find, and of one order for all exactly that") {
    for (const auto& named : compared(false)) {
      const std::string& name = named.first;
      const Tally& tally = named.second;
      CAPTURE(name);
      MESSAGE(name << ": both " << tally.both << ", neither " << tally.neither << ", inside alone "
                   << tally.inside_alone);
      CHECK((tally.both > 0 || !thorough));  // some are rare
      CHECK(tally.neither > 0);
      CHECK(tally.outside_alone == 0);
      // Inside, the store says which version is newer; a history says so only of what was read before it was replaced.
      if (name == "linearizable" || name == "sequential") CHECK(tally.inside_alone == 0);
    }
  }

  TEST_CASE("where agents crash they find no less: a history does not always say what had returned by then") {
    for (const auto& named : compared(true)) CHECK(named.second.outside_alone == 0);
  }
}

}  // namespace squall::scenarios
