// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::agent_crash_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using lanes::profile;

namespace {
// The sink's first turn is its start, each further one takes a message: its n-th step takes message n - 1.
Plan crash_at(std::uint32_t nth, const AgentCrash& crash) {
  return {{{.fault = crash, .matcher = {.agent = "sink"}, .trigger = {.nth = nth}}}};
}
std::int64_t heard(const lanes::Outcome& outcome) {
  const auto& h = outcome.sink.heard;
  return h[0][0] + h[0][1] + h[1][0] + h[1][1];
}
constexpr std::int64_t all = 4 * lanes::ticks;
}  // namespace

TEST_SUITE("agent crash") {
  TEST_CASE("stops nobody at 0 %") {
    const lanes::Outcome outcome = lanes::run(profile(AgentCrash{}, 0_percent), 1);
    CHECK(outcome.plan.lines.empty());
    CHECK(outcome.digest == lanes::run(1).digest);
  }
  TEST_CASE("stops everybody at their first step at 100 %") {
    const lanes::Outcome outcome = lanes::run(profile(AgentCrash{}, 100_percent), 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{3});
    CHECK(outcome.clock.sent == 0);
  }
  TEST_CASE("leaves other agents alone") {
    const lanes::Outcome outcome = lanes::run(profile(AgentCrash{}, 100_percent, {.agent = "left"}), 1);
    CHECK(outcome.sink.heard[0][0] == 0);
    CHECK(outcome.sink.heard[1][0] == lanes::ticks);
    CHECK(outcome.sink_state == sim::AgentState::up);
  }
  TEST_CASE("takes the agent's memory and what arrives afterwards") {
    const lanes::Outcome outcome = lanes::run(crash_at(11, {.side = Side::after}), 1);
    CHECK(outcome.sink_state == sim::AgentState::down);
    CHECK(heard(outcome) == 0);  // what it had counted is gone
    CHECK(outcome.clock.consumed == 10);
    CHECK(outcome.clock.dead_letters == all - 10);
  }
  TEST_CASE("before a step: the step has not happened; after it: it has") {
    // With memory, so that what it had counted can be read.
    CHECK(heard(lanes::run(crash_at(11, {.side = Side::before, .memory = true}), 1)) == 9);
    CHECK(heard(lanes::run(crash_at(11, {.side = Side::after, .memory = true}), 1)) == 10);
  }
  TEST_CASE("a restarted agent begins anew, and misses what came while it was down") {
    const lanes::Outcome outcome =
        lanes::run(crash_at(11, {.side = Side::after, .restart = sim::Distribution::constant(20ms)}), 1);
    CHECK(outcome.sink_state == sim::AgentState::up);
    CHECK(outcome.sink_incarnation == 1);
    CHECK(outcome.clock.dead_letters > 0);
    CHECK(heard(outcome) == all - 10 - static_cast<std::int64_t>(outcome.clock.dead_letters));
  }
  TEST_CASE("a restarted agent with memory goes on counting") {
    const AgentCrash crash{.side = Side::after, .restart = sim::Distribution::constant(20ms), .memory = true};
    const lanes::Outcome outcome = lanes::run(crash_at(11, crash), 1);
    CHECK(outcome.clock.dead_letters > 0);
    CHECK(heard(outcome) == all - static_cast<std::int64_t>(outcome.clock.dead_letters));
  }
  TEST_CASE("at a set time it strikes between two events") {
    const Plan plan{{{.fault = AgentCrash{.memory = true},
                      .matcher = {.agent = "left"},
                      .trigger = {.at = sim::start_of_time + 50500us}}}};
    const lanes::Outcome outcome = lanes::run(plan, 1);
    CHECK(outcome.sink.heard[0][0] == 50);  // one a millisecond
    CHECK(outcome.sink.heard[1][0] == lanes::ticks);
    CHECK(outcome.unstruck.empty());
  }
  TEST_CASE("the same seed stops the same agents at the same steps") {
    const Profile often = profile(AgentCrash{.restart = sim::Distribution::exponential(5ms)}, 1_percent);
    const lanes::Outcome outcome = lanes::run(often, 42);
    CHECK(outcome.plan.lines.size() > 2);
    CHECK(outcome.digest == lanes::run(often, 42).digest);
    CHECK(outcome.plan != lanes::run(often, 43).plan);
  }
  TEST_CASE("adding a fault of messages does not change whom it stops") {
    Profile both =
        profile(AgentCrash{.restart = sim::Distribution::constant(5ms), .memory = true}, 2_percent, {.agent = "left"});
    const auto alone = lanes::lines_of(lanes::run(both, 3).plan, AgentCrash{});
    both.lines.push_back({.fault = MessageLoss{}, .trigger = {.chance = 20_percent}});
    const lanes::Outcome together = lanes::run(both, 3);
    CHECK(!alone.empty());
    CHECK(together.struck[1] > 0);
    CHECK(lanes::lines_of(together.plan, AgentCrash{}) == alone);
  }
  TEST_CASE("of two that strike one step, the first takes effect") {
    Profile two = profile(AgentCrash{}, 100_percent, {.agent = "sink"});
    two.lines.push_back({.fault = AgentRestart{}, .matcher = {.agent = "sink"}});
    CHECK(lanes::run(two, 1).struck == std::vector<std::uint32_t>{1, 0});
  }
}

}  // namespace squall::agent_crash_test
