// SPDX-License-Identifier: Apache-2.0
#include "scenarios/builtin/builtin.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "scenarios/run.hpp"

/// The workflows that come with squall show what they say they show.
namespace squall::scenarios {
namespace {

constexpr std::int64_t tasks = 6;

/// Tasks of W6 that the planner knows to be done: a digit of base 64 for each.
std::int64_t tasks_done(const sim::World& world) {
  const std::int64_t digits = world.cells(sim::AgentId{0})[0];
  std::int64_t done = 0;
  for (std::int64_t task = 0; task < tasks; ++task) done += (digits >> 6 * task) % 64 != 0 ? 1 : 0;
  return done;
}

}  // namespace

TEST_SUITE("built-in workflows") {
  TEST_CASE("each name yields a scenario that says what it is about; another name yields none") {
    for (const std::string_view name : builtin_names()) {
      const std::optional<Scenario> scenario = builtin(name);
      REQUIRE(scenario.has_value());
      CHECK_FALSE(scenario->about.empty());
      CHECK_FALSE(scenario->faults.lines.empty());
    }
    CHECK_FALSE(builtin("feature team").has_value());
    CHECK_FALSE(builtin("").has_value());
  }

  TEST_CASE("the feature team deadlocks with each of 1,000 seeds, in one and the same cycle") {
    const Scenario scenario = *builtin("feature-team");
    Runner runner{scenario};
    std::set<std::uint64_t> signatures;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
      const Outcome& outcome = runner.run(sim::Seed{seed});
      CHECK(outcome.halt == sim::Halt::idle);
      REQUIRE_MESSAGE(outcome.violations.size() >= 1, "seed " << seed);
      for (const sim::Violation& violation : outcome.violations) {
        if (violation.invariant != "deadlock-freedom") continue;
        CHECK(violation.cycle);
        signatures.insert(sim::signature(violation));
      }
    }
    CHECK(signatures.size() == 1);
  }

  TEST_CASE("its cycle is coder, tester, docs, and each edge has its reason") {
    const Recording recording = record(*builtin("feature-team"), sim::Seed{1});
    REQUIRE(recording.outcome.violations.size() == 1);
    const sim::Violation& deadlock = recording.outcome.violations[0];
    CHECK(deadlock.invariant == "deadlock-freedom");
    std::set<std::string> members;
    for (const std::string& token : deadlock.witness) {
      for (const char* agent : {"planner", "coder", "tester", "docs"}) {
        if (token == agent || token.starts_with(std::string{agent} + " ")) members.insert(agent);
      }
    }
    CHECK(members == std::set<std::string>{"coder", "tester", "docs"});
    CHECK(deadlock.reasons.size() >= 3);
  }

  TEST_CASE("the fixed team holds over 1,000 seeds") {
    const Scenario scenario = *builtin("feature-team-fixed");
    Runner runner{scenario};
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
      const Outcome& outcome = runner.run(sim::Seed{seed});
      CHECK(outcome.halt == sim::Halt::idle);
      CHECK_MESSAGE(!outcome.violated(), "seed " << seed);
    }
  }

  TEST_CASE("W6 finishes its six tasks with every seed when nothing fails, and mostly when messages do") {
    Scenario healthy = *builtin("w6");
    healthy.faults.lines.clear();
    Runner undisturbed{healthy};
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      CHECK_FALSE(undisturbed.run(sim::Seed{seed}).violated());
      CHECK(tasks_done(undisturbed.world()) == tasks);
    }
    const Scenario faulty = *builtin("w6");
    Runner disturbed{faulty};
    int finished = 0;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
      (void)disturbed.run(sim::Seed{seed});
      finished += tasks_done(disturbed.world()) == tasks ? 1 : 0;
    }
    // A task needs some ten messages, each lost with 2 %, and is given out up to three times; a lost grant or release ends
    // all. So neither every run finishes nor next to none.
    CHECK(finished > 100);
    CHECK(finished < 900);
    MESSAGE(finished << " of 1,000 disturbed runs finish");
  }

  TEST_CASE("another seed is another run, the same seed the same run, with and without recording") {
    for (const std::string_view name : builtin_names()) {
      const Scenario scenario = *builtin(name);
      Runner runner{scenario};
      std::set<std::uint64_t> digests;
      for (std::uint64_t seed = 1; seed <= 1'000; ++seed) digests.insert(runner.run(sim::Seed{seed}).digest);
      CHECK(digests.size() == 1'000);
      const Outcome seventh = runner.run(sim::Seed{7});
      const Recording recording = record(scenario, sim::Seed{7});
      CHECK(recording.outcome.digest == seventh.digest);
      CHECK(recording.outcome.events == seventh.events);
      CHECK(replay(scenario, sim::Seed{7}, recording.injected).outcome.digest == seventh.digest);
    }
  }
}

}  // namespace squall::scenarios
