// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::agent_restart_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using lanes::profile;

namespace {
constexpr std::int64_t all = 4 * lanes::ticks;
Line restart_at(sim::Duration at, const AgentRestart& restart, std::string agent = "sink") {
  return {.fault = restart, .matcher = {.agent = std::move(agent)}, .trigger = {.at = sim::start_of_time + at}};
}
}  // namespace

TEST_SUITE("agent restart") {
  TEST_CASE("restarts nobody at 0 %") {
    const lanes::Outcome outcome = lanes::run(profile(AgentRestart{}, 0_percent), 1);
    CHECK(outcome.sink_incarnation == 0);
    CHECK(outcome.digest == lanes::run(1).digest);
  }
  TEST_CASE("finishes the turn in work, then begins anew") {
    const Plan plan{{{.fault = AgentRestart{}, .matcher = {.agent = "sink"}, .trigger = {.nth = 11}}}};
    const lanes::Outcome outcome = lanes::run(plan, 1);
    CHECK(outcome.sink_incarnation == 1);
    // Away for no time at all; still, a `tock` due at the very instant of its `tick` comes before the restart.
    const auto missed = static_cast<std::int64_t>(outcome.clock.dead_letters);
    CHECK(missed <= 1);
    const auto& h = outcome.sink.heard;
    CHECK(h[0][0] + h[0][1] + h[1][0] + h[1][1] == all - 10 - missed);
  }
  TEST_CASE("leaves other agents alone") {
    const lanes::Outcome outcome = lanes::run(Plan{{restart_at(50ms, {}, "left")}}, 1);
    CHECK(outcome.sink_incarnation == 0);
    CHECK(outcome.sink.heard[0][0] > lanes::ticks);  // the clock on the left counts from the start again
    CHECK(outcome.sink.heard[1][0] == lanes::ticks);
  }
  TEST_CASE("is away as long as it is told, and keeps its memory if it is told to") {
    const AgentRestart slow{.down = sim::Distribution::constant(20ms), .memory = true};
    const lanes::Outcome outcome = lanes::run(Plan{{restart_at(50ms, slow)}}, 1);
    const auto missed = static_cast<std::int64_t>(outcome.clock.dead_letters);
    // 4 messages a millisecond for 20 ms: 80, give or take what was under way at either end (3 ms of 4 messages each).
    CHECK(missed >= 68);
    CHECK(missed <= 92);
    const auto& h = outcome.sink.heard;
    CHECK(h[0][0] + h[0][1] + h[1][0] + h[1][1] == all - missed);
  }
  TEST_CASE("starts an agent that is down") {
    const Line crash{.fault = AgentCrash{}, .matcher = {.agent = "sink"}, .trigger = {.at = sim::start_of_time + 20ms}};
    CHECK(lanes::run(Plan{{crash}}, 1).sink_state == sim::AgentState::down);
    const lanes::Outcome outcome = lanes::run(Plan{{crash, restart_at(60ms, {})}}, 1);
    CHECK(outcome.sink_state == sim::AgentState::up);
    CHECK(outcome.sink_incarnation == 1);
    CHECK(outcome.unstruck.empty());
  }
  TEST_CASE("the same seed restarts the same agents at the same steps") {
    const Profile often =
        profile(AgentRestart{.down = sim::Distribution::uniform(0s, 5ms)}, 1_percent, {.agent = "sink"});
    CHECK(lanes::run(often, 42).plan.lines.size() > 2);
    CHECK(lanes::run(often, 42).digest == lanes::run(often, 42).digest);
  }
}

}  // namespace squall::agent_restart_test
