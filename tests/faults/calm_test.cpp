// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"
#include "tests/faults/numbers.hpp"

namespace squall::calm_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

const Lines last_three{"32ms bob says hears 3", "42ms bob says hears 4", "52ms bob says hears 5"};

/// Two that let each other go first, for ever: unless a message gets lost, and ann runs out of patience.
Workflow polite() {
  Workflow workflow{"polite"};
  workflow.limits({.events_per_instance = 20'000});
  const Program first = program().finish();
  workflow.agent("ann",
                 program().repeat(
                     program().send("bob", "after-you").receive("after-you", {.timeout = 100ms, .otherwise = first})));
  workflow.agent("bob", {.on = {{"after-you", program().work(ms_of(5)).send("ann", "after-you")}}});
  workflow.check(sim::Termination{.within = 60s});
  return workflow;
}
std::uint32_t never_ending(const Profile& faults) {
  const scenarios::Scenario scenario = scenarios::scenario(polite(), faults);
  scenarios::Runner runner{scenario};
  std::uint32_t count = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) count += runner.run(sim::Seed{seed}).violated() ? 1 : 0;
  return count;
}

}  // namespace

TEST_SUITE("the calm phase") {
  TEST_CASE("does not come at 0 %, and where nothing is wrong it changes nothing") {
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(streaming(), Calm{}, {}, never).digest == played(streaming(), Plan{}, 1).digest);
    CHECK(under(streaming(), Calm{}, {}, at(25ms)).lines == said(streaming()));
  }
  TEST_CASE("heals what is cut") {
    const Profile faults{.lines = {{Partition{}, {.from = "ann"}, at(5ms)}, {Calm{}, {}, at(25ms)}}};
    const Told told = under(streaming(), faults);
    CHECK(heard(told) == last_three);
    CHECK(told.plan_lines() == Lines{"partition: {from: ann, at: {time: 5ms}, lasts: never, drops-in-flight: false}",
                                     "calm: {at: {time: 25ms}}"});
  }
  TEST_CASE("lets no other line strike any more") {
    const Profile faults{
        .lines = {{MessageLoss{}, {}, {}}, {Partition{}, {.from = "ann"}, at(35ms)}, {Calm{}, {}, at(25ms)}}};
    const Told told = under(streaming(), faults);
    CHECK(heard(told) == last_three);
    CHECK(told.struck == std::vector<std::uint32_t>{2, 0, 1});
  }
  TEST_CASE("starts a core again, and lets all others freeze") {
    const Line crash{AgentCrash{}, {.agent = "ann"}, at(15ms)};
    CHECK(heard(under(streaming(), Profile{.lines = {crash, {Calm{}, {.agent = "ann"}, at(100ms)}}})).size() == 1);
    const Told both = under(streaming(), Profile{.lines = {crash, {Calm{}, {}, at(100ms)}}});
    CHECK(heard(both) == Lines{"12ms bob says hears 1", "112ms bob says hears 1", "122ms bob says hears 2",
                               "132ms bob says hears 3", "142ms bob says hears 4", "152ms bob says hears 5"});
    CHECK(heard(under(streaming(), Calm{}, {.agent = "bob"}, at(25ms))) ==
          Lines{"12ms bob says hears 1", "22ms bob says hears 2"});
  }
  TEST_CASE("shows a livelock that healing faults hide") {
    const Line losses{MessageLoss{}, {}, {.chance = 10_percent}};
    CHECK(never_ending({.lines = {losses}}) == 0);
    // With the first second calm, all but those that had a loss before that go round for ever.
    CHECK(never_ending({.lines = {losses, {Calm{}, {}, at(10ms)}}}) > 30);
  }
  TEST_CASE("says what it may not say") {
    const sim::Model model = streaming().model();
    const auto trouble = [&](const faults::Matcher& whom, const Trigger& when) {
      return check(model, Profile{.lines = {{Calm{}, whom, when}}})[0].what;
    };
    CHECK(trouble({}, {}) == "calm: does not say when it begins");
    CHECK(trouble({.agent = "ana"}, at(5ms)) == "calm: no agent is called 'ana'");
    CHECK(trouble({}, {.every = sim::Distribution::constant(5ms)}) == "calm: comes once");
  }
}

}  // namespace squall::calm_test
