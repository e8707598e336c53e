// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "faults/arm.hpp"
#include "faults/signature.hpp"
#include "scenarios/cases/decided_case.hpp"
#include "sim/explore/liveness.hpp"
#include "sim/explore/search.hpp"
#include "tests/suites/suite.hpp"

/// The pairs that are small enough are explored to the last state: the red half can fail, the green half cannot, whatever
/// the order in which things happen. A clean campaign is no proof; this is one, within what is said here of each pair.
namespace squall::suites {
namespace {

using sim::Timers;

struct Proved {
  const char* pair;
  Timers timers;
  std::uint32_t faults;         ///< at most
  std::uint64_t broken, fixed;  ///< states
  std::size_t steps;            ///< of the shortest way to a violation of the red half
};
constexpr std::array proved{
    // Where a timeout stands for "long after everything else", it strikes last.
    Proved{"always-skipped", Timers::last, 0, 17, 33, 10},
    Proved{"asked-behind-the-mail", Timers::last, 0, 15, 17, 14},
    Proved{"back-edge-join", Timers::last, 0, 6, 25, 5},
    Proved{"collected-at-work", Timers::last, 0, 195, 148, 7},
    Proved{"counting-barrier", Timers::last, 0, 204, 207, 11},
    Proved{"dead-server", Timers::last, 1, 14, 15, 4},
    Proved{"empty-branch", Timers::last, 0, 303, 248, 20},
    Proved{"empty-header", Timers::last, 0, 50, 53, 6},
    Proved{"endless-stream", Timers::last, 0, 116, 123, 4},
    Proved{"erased-thread", Timers::last, 1, 36, 40, 17},
    Proved{"failed-chain", Timers::last, 0, 185, 252, 7},
    Proved{"feature-team", Timers::last, 0, 56, 69, 9},
    Proved{"feature-team", Timers::last, 2, 352, 1'504, 9},
    Proved{"first-of-all", Timers::last, 0, 130, 39, 20},
    Proved{"half-pair", Timers::last, 1, 30, 68, 10},
    Proved{"latched-listener", Timers::last, 0, 151, 824, 15},
    Proved{"latched-or", Timers::last, 0, 135, 868, 22},
    Proved{"late-guard", Timers::last, 0, 33, 7, 4},
    Proved{"late-subscriber", Timers::last, 0, 40, 38, 8},
    Proved{"late-subscription", Timers::last, 0, 36, 24, 8},
    Proved{"lock-order", Timers::last, 0, 85, 75, 8},
    Proved{"lost-wakeup", Timers::last, 0, 25, 23, 6},
    Proved{"mast-1-1-off-the-task", Timers::last, 1, 20, 19, 6},
    Proved{"mast-1-2-false-approval", Timers::last, 1, 89, 68, 4},
    Proved{"mast-1-3-step-repetition", Timers::last, 0, 73, 27, 13},
    Proved{"mast-1-4-loss-of-history", Timers::last, 0, 190, 217, 13},
    Proved{"mast-1-5-unaware-of-the-end", Timers::last, 0, 17, 15, 14},
    Proved{"mast-2-1-conversation-reset", Timers::last, 1, 14, 17, 8},
    Proved{"mast-2-2-no-question-asked", Timers::last, 1, 19, 23, 7},
    Proved{"mast-2-3-task-derailment", Timers::last, 0, 62, 37, 7},
    Proved{"mast-2-4-withheld-information", Timers::last, 0, 28, 54, 7},
    Proved{"mast-2-5-ignored-input", Timers::last, 0, 18, 13, 3},
    Proved{"mast-2-6-says-one-does-another", Timers::last, 0, 79, 65, 4},
    Proved{"mast-3-1-premature-end", Timers::last, 0, 784, 760, 9},
    Proved{"mast-3-2-incomplete-verification", Timers::last, 0, 49, 49, 12},
    Proved{"mast-3-3-incorrect-verification", Timers::last, 2, 21, 22, 7},
    Proved{"no-cursor", Timers::last, 1, 283, 587, 8},
    Proved{"no-measure", Timers::last, 0, 211, 148, 113},
    Proved{"nothing-ready", Timers::last, 1, 27, 42, 8},
    Proved{"one-value-a-step", Timers::last, 0, 136, 141, 23},
    Proved{"parallel-files", Timers::last, 0, 34, 32, 9},
    Proved{"path-by-path", Timers::last, 0, 1'426, 263, 10},
    Proved{"pending-writes", Timers::last, 0, 1'758, 1'852, 6},
    Proved{"renewed-schedule", Timers::last, 0, 1'382, 744, 20},
    Proved{"same-owner", Timers::last, 0, 797, 112, 10},
    Proved{"second-round", Timers::last, 0, 279, 336, 21},
    Proved{"shared-config", Timers::last, 0, 534, 277, 5},
    Proved{"silent-spawn", Timers::last, 1, 15, 17, 5},
    Proved{"single-messages", Timers::last, 0, 72, 72, 10},
    Proved{"skipped-branch", Timers::last, 0, 82, 101, 12},
    Proved{"slow-branch", Timers::last, 0, 6'208, 6'125, 23},
    Proved{"twice-by-two-events", Timers::last, 0, 76, 55, 16},
    Proved{"two-handoffs", Timers::last, 0, 40, 16, 13},
    Proved{"two-pollers", Timers::last, 0, 185, 382, 8},
    Proved{"unanswered-update", Timers::last, 0, 64, 52, 8},
    Proved{"unequal-depth", Timers::last, 0, 72, 43, 27},
    Proved{"unsaved-counter", Timers::last, 1, 50, 47, 7},
    Proved{"unsaved-join", Timers::last, 1, 113, 113, 12},
    Proved{"unseen-result", Timers::last, 0, 5'270, 1'363, 6},
    Proved{"update-at-the-turn", Timers::last, 1, 20, 26, 14},
    // Where the race with a timeout is the bug, it strikes whenever it is armed.
    Proved{"leaked-attempt", Timers::any, 0, 174, 67, 6},
    Proved{"long-tool-call", Timers::any, 0, 589, 381, 13},
    Proved{"mast-1-2-another-role", Timers::any, 0, 20, 13, 4},
    Proved{"stopped-orchestrator", Timers::any, 0, 8'488, 11'302, 7},
    Proved{"thawed-worker", Timers::any, 0, 289, 341, 6},
};

/// The pairs whose red half may go on for ever: no state shows that, a cycle of states does.
constexpr std::array endless{"after-the-end", "delegation-ping-pong"};

/// Pairs whose two halves look alike to a search that knows no time, or that have no end.
struct Open {
  const char *pair, *why;
};
constexpr std::array open{
    Open{"blank-replies",
         "that nobody gets anywhere is judged in timed runs; what goes on here ends when the provider refuses"},
    Open{"interrupted-batch",
         "untimed, a person may take longer than any resume: the question is asked again and again, without end"},
    Open{"invisible-draft", "the remedy is a shorter delay, and delays do not exist there"},
    Open{"nobody-addressed", "a kickoff that is overtaken by the end stays behind untimed, in the green half as well"},
    Open{"retry-storm",
         "more than a million states: whoever asks may be answered before it acts, so no order is left out"},
    Open{"same-window", "the remedy is a longer wait, and waits have no length there"},
    Open{"slow-sibling", "the remedy is a shorter time to an answer, and times do not exist there"},
    Open{"stalled-subscriber",
         "75,000 states: proved by `squall explore --timers last --faults 1`, too slow for each test run"},
    Open{"visibility-timeout", "the remedy is a longer timeout, and timeouts have no length there"},
};

sim::SearchResult explored(const scenarios::Loaded& loaded, const Proved& how) {
  REQUIRE(loaded.ok());
  const faults::Armed armed = scenarios::armed(*loaded.scenario);
  return sim::Search{loaded.scenario->model,
                     {.states_max = 100'000, .fault_budget = how.faults, .faults = &armed, .timers = how.timers}}
      .run();
}

/// Each counterexample as a case file, read back and played: the same violation, by the same events.
void replay(const std::string& file, const scenarios::Loaded& loaded, const Proved& how,
            const std::vector<sim::Finding>& findings) {
  const faults::Armed armed = scenarios::armed(*loaded.scenario);
  const sim::Exploration exploration = exploration_of(*loaded.scenario, armed, how.timers, how.faults);
  for (const sim::Finding& finding : findings) {
    CAPTURE(finding.violation.invariant);
    const sim::Schedule schedule = schedule_of(exploration, finding.begin, finding.path);
    const scenarios::DecidedCase decided =
        scenarios::decided_case(opened_as(file), loaded, schedule, faults::signature(finding.violation));
    CHECK(decided.invariant == finding.violation.invariant);
    CHECK(decided.loaded.pins.schedule == schedule);
    CHECK_FALSE(decided.run.followed.divergence);
    CHECK(decided.run.followed.followed == finding.path.size());
    CHECK(decided.run.followed.events.size() == finding.path.size());
    CHECK(scenarios::judge(decided.loaded).result == scenarios::Judgement::Result::passed);
    // Whoever reads the case need not know the seeds of anything.
    CHECK(scenarios::play(*decided.loaded.scenario, schedule, sim::Seed{99}).outcome.digest ==
          decided.run.outcome.digest);
  }
}

}  // namespace

TEST_SUITE("pairs explored to the last state") {
  TEST_CASE("the red half can fail, the green half cannot") {
    for (const Proved& how : proved) {
      CAPTURE(how.pair);
      CAPTURE(how.faults);
      const std::string file = std::string{how.pair} + "/broken.yaml";
      const scenarios::Loaded loaded = read(file);
      const sim::SearchResult broken = explored(loaded, how);
      CHECK(broken.complete);
      CHECK(broken.distinct == how.broken);
      REQUIRE_FALSE(broken.findings.empty());
      CHECK(std::ranges::min(broken.findings, {}, [](const auto& finding) {
              return finding.path.size();
            }).path.size() == how.steps);
      replay(file, loaded, how, broken.findings);
      const sim::SearchResult fixed = explored(read(std::string{how.pair} + "/fixed.yaml"), how);
      CHECK(fixed.complete);
      CHECK(fixed.distinct == how.fixed);
      CHECK(fixed.findings.empty());
      CHECK(fixed.undecided.empty());
    }
  }

  TEST_CASE("what nothing keeps from going on may do so for ever; with the remedy it cannot") {
    const auto decided = [](const scenarios::Loaded& which, auto&& use) {
      REQUIRE(which.ok());
      const faults::Armed armed = scenarios::armed(*which.scenario);
      const sim::Exploration exploration = exploration_of(*which.scenario, armed, Timers::last, 0);
      use(exploration, check_liveness(exploration, sim::AssumedFairness::weak));
    };
    for (const std::string pair : endless) {
      CAPTURE(pair);
      const std::string file = pair + "/broken.yaml";
      const scenarios::Loaded loaded = read(file), fixed = read(pair + "/fixed.yaml");
      decided(loaded, [&](const sim::Exploration& exploration, const sim::LivenessResult& result) {
        CHECK(result.complete);
        REQUIRE(result.findings.size() == 1);
        const sim::Finding& finding = result.findings.front();
        CHECK(finding.violation.invariant == "termination");
        REQUIRE(finding.loop);
        const sim::Schedule schedule = schedule_of(exploration, finding.begin, finding.path, finding.loop);
        const scenarios::DecidedCase as_case =
            scenarios::decided_case(opened_as(file), loaded, schedule, faults::signature(finding.violation));
        CHECK(as_case.loaded.pins.schedule == schedule);
        CHECK(as_case.run.followed.loop == finding.loop);
        CHECK(scenarios::judge(as_case.loaded).result == scenarios::Judgement::Result::passed);
      });
      decided(fixed, [&](const sim::Exploration&, const sim::LivenessResult& result) {
        CHECK(result.complete);
        CHECK(result.findings.empty());
      });
    }
  }

  TEST_CASE("of every other pair it is known why not") {
    std::set<std::string> named{endless.begin(), endless.end()};
    for (const Proved& one : proved) named.insert(one.pair);
    for (const Open& one : open) {
      CHECK(named.insert(one.pair).second);
      CHECK(std::string{one.why}.size() > 20);
    }
    const std::vector<std::string> all = pairs();
    CHECK(named == std::set<std::string>{all.begin(), all.end()});
  }
}

}  // namespace squall::suites
