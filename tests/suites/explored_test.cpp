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
#include "tests/effort.hpp"
#include "tests/suites/proved.hpp"
#include "tests/suites/suite.hpp"

/// The pairs that are small enough are explored to the last state: the red half can fail, the green half cannot, whatever
/// the order in which things happen. A clean campaign is no proof; this is one, within what is said here of each pair.
namespace squall::suites {
namespace {

using sim::Timers;

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
      if (!thorough && how.broken + how.fixed > 300) continue;
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
