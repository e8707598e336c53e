// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"
#include "tests/faults/shop.hpp"

namespace squall::time_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

/// Waits twice for a word that nobody sends, 20 ms each time.
Workflow waiting() {
  Workflow workflow{"waiting"};
  const Program wait = program().receive("word", {.timeout = 20ms, .otherwise = program().emit("silence")});
  workflow.agent("ann", Program(wait).block(wait));
  workflow.agent("bob", {.on = {{"never", program().send("ann", "word")}}});
  return workflow;
}
/// Says what its clock shows after each 10 ms.
Workflow telling_time() {
  Workflow workflow{"time"};
  Program tell = program();
  for (int n = 0; n < 3; ++n) tell.sleep(ms_of(10)).emit("it is", var("now"));
  workflow.agent("ann", tell);
  return workflow;
}
const Line pause{AgentPause{.lasts = fixed(3ms)}, {}, {.chance = 50_percent}};

}  // namespace

TEST_SUITE("timers that fail") {
  TEST_CASE("do not at 0 %") {
    CHECK(said(waiting()) == Lines{"20ms ann says silence", "40ms ann says silence", "40ms ann ended"});
    check_never(waiting(), TimerLost{});
    check_never(waiting(), TimerEarly{});
  }
  TEST_CASE("a lost one never strikes: the wait has no bound") {
    CHECK(under(waiting(), TimerLost{}).lines.empty());
    const Told second = under(waiting(), TimerLost{}, {.agent = "ann"}, {.nth = 2});
    CHECK(second.lines == Lines{"20ms ann says silence"});
    CHECK(second.plan_lines() == Lines{"timer-lost: {agent: ann, nth: 2}"});
  }
  TEST_CASE("a wait whose timer is lost is found by who judges waits") {
    Workflow workflow = waiting();
    workflow.check("no-orphaned-wait");
    const auto found = [&](const Profile& faults) {
      return scenarios::record(scenarios::scenario(workflow, faults), sim::Seed{1}).outcome.violations.size();
    };
    CHECK(found({}) == 0);
    CHECK(found(Profile{.lines = {{TimerLost{}, {}, {.nth = 2}}}}) == 1);
  }
  TEST_CASE("what comes in time needs no timer") {
    Workflow workflow{"prompt"};
    workflow.latency(fixed(1ms));
    workflow.agent("ann", program().receive("word", {.timeout = 20ms, .otherwise = program()}).emit("heard"));
    workflow.agent("bob", program().send("ann", "word"));
    CHECK(under(workflow, TimerLost{}).lines == Lines{"0ms bob ended", "1ms ann says heard", "1ms ann ended"});
  }
  TEST_CASE("an early one strikes so much sooner, at once at the soonest") {
    const Told told = under(waiting(), TimerEarly{.by = fixed(5ms)});
    CHECK(told.lines == Lines{"15ms ann says silence", "30ms ann says silence", "30ms ann ended"});
    CHECK(told.plan_lines() ==
          Lines{"timer-early: {agent: ann, nth: 1, by: 5ms}", "timer-early: {agent: ann, nth: 2, by: 5ms}"});
    CHECK(under(waiting(), TimerEarly{.by = fixed(90ms)}, {}, {.nth = 1}).lines[0] == "0ms ann says silence");
  }
  TEST_CASE("another fault does not change which are struck") {
    check_alone(waiting(), {TimerLost{}, {}, {.chance = 50_percent}}, {MessageLoss{}, {}, {.chance = 50_percent}});
  }
}

TEST_SUITE("clocks that are wrong") {
  TEST_CASE("are right at 0 %") {
    CHECK(said(telling_time()) == Lines{"10ms ann says it is 10000000", "20ms ann says it is 20000000",
                                        "30ms ann says it is 30000000", "30ms ann ended"});
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(telling_time(), ClockSkew{}, {}, never).digest == played(telling_time(), Plan{}, 1).digest);
  }
  TEST_CASE("a skewed one is ahead or behind from then on, and nothing waits longer for it") {
    const Told told = under(telling_time(), ClockSkew{.by = fixed(5ms)}, {.agent = "ann"}, at(15ms));
    CHECK(told.lines == Lines{"10ms ann says it is 10000000", "20ms ann says it is 25000000",
                              "30ms ann says it is 35000000", "30ms ann ended"});
    CHECK(told.plan_lines() == Lines{"clock-skew: {agent: ann, at: {time: 15ms}, by: 5ms, behind: false}"});
    CHECK(under(telling_time(), ClockSkew{.by = fixed(5ms), .behind = true}, {.agent = "ann"}, at(0ms)).lines[0] ==
          "10ms ann says it is 5000000");
  }
  TEST_CASE("a jump goes from what the clock showed") {
    const Profile faults{.lines = {{ClockSkew{.by = fixed(5ms)}, {.agent = "ann"}, at(5ms)},
                                   {ClockJump{.by = fixed(2ms)}, {.agent = "ann"}, at(15ms)},
                                   {ClockJump{.by = fixed(9ms), .back = true}, {.agent = "ann"}, at(25ms)}}};
    CHECK(under(telling_time(), faults).lines == Lines{"10ms ann says it is 15000000", "20ms ann says it is 27000000",
                                                       "30ms ann says it is 28000000", "30ms ann ended"});
  }
  TEST_CASE("setting a clock to what it shows takes no effect") {
    CHECK(under(telling_time(), ClockSkew{.by = fixed(0ms)}, {.agent = "ann"}, at(5ms)).plan.lines.empty());
  }
  TEST_CASE("the world's own time stays true") {
    Workflow workflow = telling_time();
    workflow.agent("bob", program().sleep(ms_of(10)).emit("it is", var("now")));
    CHECK(under(workflow, ClockSkew{.by = fixed(5ms)}, {.agent = "ann"}, at(0ms)).lines[1] ==
          "10ms bob says it is 10000000");
  }
  TEST_CASE("say what they may not say") {
    const sim::Model model = telling_time().model();
    CHECK(check(model, Profile{.lines = {{ClockSkew{}, {.agent = "ann"}, {}}}})[0].what ==
          "clock-skew: does not say when it begins");
  }
}

}  // namespace squall::time_kinds_test
