// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "faults/signature.hpp"
#include "scenarios/cases/decisions.hpp"
#include "scenarios/strategies.hpp"
#include "sim/agent.hpp"
#include "sim/explore/search.hpp"
#include "tests/suites/suite.hpp"

namespace squall::scenarios {
namespace {

/// The main thread starts two children. One adds 1 to a counter five times, the other one subtracts 1 five times and fails if
/// the counter was 0 (awslabs/shuttle).
struct Threads {
  std::uint32_t started = 0, to_add = 5, to_subtract = 5, counter = 0;
  std::uint32_t failed = 0;

  enum Thread : std::uint32_t { main_thread, adds, subtracts };
  void actions(sim::ActionList& list) const {
    if (started < 2) list.add(main_thread);
    if (started >= 1 && to_add > 0) list.add(adds);
    if (started >= 2 && to_subtract > 0) list.add(subtracts);
  }
  void on_action(sim::Turn&, std::uint32_t thread) {
    if (thread == main_thread) ++started;
    if (thread == adds) --to_add, ++counter;
    if (thread == subtracts) failed |= counter == 0 ? 1U : 0U, --to_subtract, counter -= counter == 0 ? 0 : 1;
  }
};

constexpr sim::Monitor not_below_zero = {.name = "not-below-zero",
                                         .claim = "the counter never falls below zero",
                                         .listens = sim::bit(sim::Seen::turned),
                                         .on = [](const sim::Judging& at, const sim::Observation&) {
                                           if (sim::detail::load_state<Threads>(at.world, sim::AgentId{0}).failed != 0)
                                             at.found.add({.invariant = "not-below-zero"});
                                         }};

Scenario threads() {
  Scenario scenario;
  scenario.model.name = "threads";
  sim::add_agent<Threads>(scenario.model, "threads");
  scenario.model.monitors.push_back({not_below_zero, 0});
  scenario.model.finish();
  scenario.model.fault_shadow = faults::Armed::shadow_bytes({}, {});
  return scenario;
}

sim::Schedule schedule(const std::vector<int>& order) {
  sim::Schedule result;
  for (const int thread : order) result.decisions.push_back({"threads action " + std::to_string(thread), {}});
  return result;
}

std::uint64_t only_signature(const Scenario& scenario, const sim::Schedule& decided) {
  const UntimedRun run = play(scenario, decided);
  REQUIRE(run.outcome.violations.size() == 1);
  return faults::signature(run.outcome.violations.front());
}

}  // namespace

TEST_SUITE("shrinking decisions") {
  TEST_CASE("0,0,1,1,1,2,2,2,2 shrinks to 0,0,2 (Shuttle)") {
    const Scenario scenario = threads();
    const sim::Schedule long_one = schedule({0, 0, 1, 1, 1, 2, 2, 2, 2});
    const ShrunkDecisions shrunk = shrink_decisions(scenario, long_one, only_signature(scenario, long_one));
    CHECK(shrunk.schedule == schedule({0, 0, 2}));
    CHECK(shrunk.before == 9);
    CHECK(shrunk.minimal);
    CHECK(shrunk.runs < 60);
  }

  TEST_CASE("what does not show the violation comes back as it is, and so does what the budget ends") {
    const Scenario scenario = threads();
    const sim::Schedule fails = schedule({0, 0, 1, 1, 1, 2, 2, 2, 2}), holds = schedule({0, 0, 1, 2});
    const std::uint64_t signature = only_signature(scenario, fails);
    const ShrunkDecisions other = shrink_decisions(scenario, holds, signature);
    CHECK(other.schedule == holds);
    CHECK_FALSE(other.minimal);
    const ShrunkDecisions soon = shrink_decisions(scenario, fails, signature, 2);
    CHECK_FALSE(soon.minimal);
    CHECK(soon.runs == 2);
    CHECK(only_signature(scenario, soon.schedule) == signature);
  }

  TEST_CASE("of what strategies find in the suites nothing can be left out, and nothing diverges") {
    std::size_t before = 0, after = 0;
    for (const char* pair : {"lock-order", "feature-team", "lost-wakeup", "shared-config", "mast-3-1-premature-end",
                             "parallel-files", "failed-chain"}) {
      CAPTURE(pair);
      const Loaded loaded = suites::read(std::string{pair} + "/broken.yaml");
      REQUIRE(loaded.ok());
      StrategyChoice choice = *strategy_choice("pos");
      choice.timers = sim::Timers::last;
      std::size_t found = 0;
      for (std::uint64_t seed = 1; seed <= 40 && found < 3; ++seed) {
        const sim::Schedule decided = schedule_of(*loaded.scenario, choice, seed);
        const UntimedRun run = play(*loaded.scenario, decided);
        if (!run.outcome.violated()) continue;
        ++found;
        const std::uint64_t signature = faults::signature(run.outcome.violations.front());
        const ShrunkDecisions shrunk = shrink_decisions(*loaded.scenario, decided, signature);
        CHECK(shrunk.minimal);
        CHECK(shrunk.schedule.decisions.size() <= decided.decisions.size());
        before += decided.decisions.size();
        after += shrunk.schedule.decisions.size();
        const UntimedRun again = play(*loaded.scenario, shrunk.schedule);
        CHECK_FALSE(again.followed.divergence);
        CHECK(again.followed.fell_away.empty());
        CHECK(again.followed.events.size() == shrunk.schedule.decisions.size());
        CHECK(std::ranges::any_of(again.outcome.violations,
                                  [&](const auto& each) { return faults::signature(each) == signature; }));
        // Once more: nothing is left to be done.
        CHECK(shrink_decisions(*loaded.scenario, shrunk.schedule, signature).schedule == shrunk.schedule);
      }
      CHECK(found == 3);
    }
    CHECK(after < before);
  }

  TEST_CASE("the shortest counterexample of a search is as short as it can be") {
    for (const char* pair : {"lock-order", "feature-team", "shared-config"}) {
      CAPTURE(pair);
      const Loaded loaded = suites::read(std::string{pair} + "/broken.yaml");
      const faults::Armed may_strike = armed(*loaded.scenario);
      const sim::SearchResult result =
          sim::Search{loaded.scenario->model, {.faults = &may_strike, .timers = sim::Timers::last}}.run();
      REQUIRE_FALSE(result.findings.empty());
      const sim::Exploration exploration = exploration_of(*loaded.scenario, may_strike, sim::Timers::last, 0);
      for (const sim::Finding& finding : result.findings) {
        const sim::Schedule decided = schedule_of(exploration, finding.begin, finding.path);
        CHECK(shrink_decisions(*loaded.scenario, decided, faults::signature(finding.violation))
                  .schedule.decisions.size() == decided.decisions.size());
      }
    }
  }
}

}  // namespace squall::scenarios
