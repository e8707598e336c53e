// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"
#include "tests/faults/shop.hpp"

namespace squall::agent_kinds_test {

using namespace shop;
using namespace faults;

namespace {

/// Ann works 10 ms, tells bob, works 10 ms more, tells him again; bob says when he hears.
Workflow telling() {
  Workflow workflow{"telling"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program()
                            .work(ms_of(10), {.id = "think"})
                            .send("bob", "news")
                            .work(ms_of(10), {.id = "rest"})
                            .send("bob", "news")
                            .emit("told"));
  workflow.agent("bob", program()
                            .receive("news")
                            .emit("first")
                            .receive("news", {.timeout = ms_of(100), .otherwise = program().emit("silence")})
                            .emit("second"));
  return workflow;
}
const Lines undisturbed{"11ms bob says first", "20ms ann says told", "20ms ann ended", "21ms bob says second",
                        "21ms bob ended"};

}  // namespace

TEST_SUITE("a hang") {
  TEST_CASE("is not handed on to whoever starts itself again later") {
    Workflow workflow{"handed-on"};
    workflow.key("n", {.initial = 0});
    workflow.agent("ann", program().work(1ms).work(1ms));
    workflow.agent("bob", program()
                              .work(5ms)
                              .read("n", {.as = "r"})
                              .if_(var("r.value") == 0, program().write("n", 1).restart(1ms))
                              .emit("back", var("r.value")));
    const Told told = under(workflow, AgentHang{}, {.agent = "ann"}, {.nth = 1});
    CHECK(told.plan.lines.size() == 1);
    CHECK(told.lines == Lines{"12ms bob ended", "20ms bob says back 1", "20ms bob ended"});
  }
}

TEST_SUITE("an agent that hangs") {
  TEST_CASE("does not at 0 %; at 100 % all hang at their first step") {
    CHECK(said(telling()) == undisturbed);
    check_never(telling(), AgentHang{});
    CHECK(under(telling(), AgentHang{}).lines.empty());
  }
  TEST_CASE("does nothing from before, or from after, its step on") {
    // Ann's second step is her second work; what that turn sends comes before it.
    CHECK(under(telling(), AgentHang{}, {.agent = "ann"}, {.nth = 2}).lines ==
          Lines{"11ms bob says first", "111ms bob says silence", "111ms bob says second", "111ms bob ended"});
    const Told after = under(telling(), AgentHang{.side = Side::after}, {.agent = "ann"}, {.nth = 1});
    CHECK(after.lines.empty());
    CHECK(after.plan_lines() == Lines{"agent-hang: {agent: ann, nth: 1, side: after}"});
  }
  TEST_CASE("keeps its messages, and a restart sets it going again") {
    const Profile faults{
        .lines = {{AgentHang{}, {.agent = "bob"}, at(5ms)}, {AgentRestart{}, {.agent = "bob"}, at(40ms)}}};
    const Told told = under(telling(), faults);
    CHECK(told.struck == std::vector<std::uint32_t>{1, 1});
    // A crash takes the mailbox: he begins anew and hears nothing.
    CHECK(told.lines == Lines{"20ms ann says told", "20ms ann ended"});
  }
  TEST_CASE("does not hear its own timeouts") {
    const Told told = under(telling(), AgentHang{}, {.agent = "bob"}, at(15ms));
    CHECK(told.lines == Lines{"11ms bob says first", "20ms ann says told", "20ms ann ended"});
  }
  TEST_CASE("holds what it holds") {
    Workflow workflow{"locked"};
    workflow.resource("desk");
    workflow.agent("ann", program().acquire("desk").work(ms_of(10)).release("desk").emit("done"));
    workflow.agent("bob", program().sleep(ms_of(5)).acquire(
                              "desk", {.timeout = ms_of(50), .otherwise = program().emit("no desk")}));
    CHECK(under(workflow, AgentHang{}, {.agent = "ann"}, at(7ms)).lines ==
          Lines{"55ms bob says no desk", "55ms bob ended"});
  }
  TEST_CASE("makes no room in its inbox: who waits for that waits for ever") {
    Workflow workflow{"crowded"};
    workflow.agent("ann", program().send("bob", "news").send("bob", "news").send("bob", "news"));
    workflow.agent("bob", {.program = program().sleep(ms_of(20)).receive("news").receive("news").receive("news"),
                           .mailbox = {.capacity = 1, .full = sim::Full::block}});
    const scenarios::Outcome healthy = scenarios::record(scenarios::scenario(workflow), sim::Seed{1}).outcome;
    CHECK(healthy.violations.empty());
    const Profile hangs{.lines = {{AgentHang{}, {.agent = "bob"}, at(10ms)}}};
    const scenarios::Outcome struck = scenarios::record(scenarios::scenario(workflow, hangs), sim::Seed{1}).outcome;
    REQUIRE(struck.violations.size() == 2);
    CHECK(struck.violations[1].invariant == "proper-completion");
    CHECK(struck.violations[0].invariant == "no-orphaned-wait");
    CHECK(struck.violations[0].witness == Lines{"ann waits for room at bob"});
  }
  TEST_CASE("is noticed by who watches it") {
    Workflow workflow = telling();
    workflow.agent("guard", program()
                                .watch(var("ann"), ms_of(5))
                                .receive("down", {.timeout = ms_of(90), .otherwise = program()})
                                .emit("alarm"));
    CHECK(under(workflow, AgentHang{}, {.agent = "ann"}, at(3ms)).lines[0] == "8ms guard says alarm");
  }
  TEST_CASE("strikes where its step is named") {
    Workflow workflow = telling();
    const Trigger before_rest{.step = StepPlace{"ann", "rest", false}};
    CHECK(under(workflow, AgentHang{}, {}, before_rest).lines ==
          under(workflow, AgentHang{}, {.agent = "ann"}, {.nth = 2}).lines);
    const Trigger after_think{.nth = 1, .step = StepPlace{"ann", "think", true}};
    CHECK(under(workflow, Plan{{{AgentHang{.side = Side::after}, {}, after_think}}}).lines.empty());
  }
  TEST_CASE("other faults do not change who hangs") {
    check_alone(telling(), {AgentHang{}, {}, {.chance = 30_percent}}, {MessageLoss{}, {}, {.chance = 30_percent}});
  }
}

TEST_SUITE("an agent that is paused") {
  TEST_CASE("is not at 0 %") { check_never(telling(), AgentPause{}); }
  TEST_CASE("goes on where it was, and hears late what was sent meanwhile") {
    const AgentPause pause{.lasts = sim::Distribution::constant(30ms)};
    // Bob is paused from 5 to 35 ms: both messages wait for him.
    CHECK(under(telling(), pause, {.agent = "bob"}, at(5ms)).lines == Lines{"20ms ann says told", "20ms ann ended",
                                                                            "35ms bob says first",
                                                                            "35ms bob says second", "35ms bob ended"});
    // Ann is paused while she works: her work is done when she wakes.
    const Told told = under(telling(), pause, {.agent = "ann"}, at(5ms));
    CHECK(told.lines == Lines{"36ms bob says first", "45ms ann says told", "45ms ann ended", "46ms bob says second",
                              "46ms bob ended"});
    CHECK(told.plan_lines() == Lines{"agent-pause: {agent: ann, at: {time: 5ms}, lasts: 30ms}"});
  }
  TEST_CASE("at a step, is paused when the turn is over") {
    const AgentPause pause{.lasts = sim::Distribution::constant(30ms)};
    CHECK(under(telling(), pause, {.agent = "ann"}, {.nth = 1}).lines[0] == "31ms bob says first");
  }
  TEST_CASE("longer than its lease, it loses it and does not know") {
    Workflow workflow{"leased"};
    workflow.resource("badge", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
    workflow.agent("ann", program().acquire("badge").work(ms_of(5)).emit("writes").release(
                              "badge", {.otherwise = program().emit("lost")}));
    workflow.agent("bob", program().sleep(ms_of(8)).acquire("badge").emit("writes"));
    CHECK(said(workflow) == Lines{"5ms ann says writes", "5ms ann ended", "8ms bob says writes", "8ms bob ended"});
    CHECK(under(workflow, AgentPause{.lasts = sim::Distribution::constant(20ms)}, {.agent = "ann"}, at(2ms)).lines ==
          Lines{"10ms bob says writes", "10ms bob ended", "22ms ann says writes", "22ms ann says lost",
                "22ms ann ended"});
  }
  TEST_CASE("other faults do not change who is paused") {
    check_alone(telling(), {AgentPause{}, {}, {.chance = 30_percent}}, {MessageLoss{}, {}, {.chance = 30_percent}});
  }
}

TEST_SUITE("an agent that is slow") {
  TEST_CASE("is not at 0 %") { check_never(telling(), AgentSlow{}); }
  TEST_CASE("works several times as long, from the next work on, until it is over") {
    // From its first step on: that work has its length already when the turn is over, but not when it begins.
    const Told told = under(telling(), AgentSlow{.times = 3}, {.agent = "ann"}, at(5ms));
    CHECK(told.lines == Lines{"11ms bob says first", "40ms ann says told", "40ms ann ended", "41ms bob says second",
                              "41ms bob ended"});
    CHECK(told.plan_lines() == Lines{"agent-slow: {agent: ann, at: {time: 5ms}, times: 3, lasts: never}"});
    CHECK(under(telling(), AgentSlow{.times = 3, .lasts = sim::Distribution::constant(2ms)}, {.agent = "ann"}, at(5ms))
              .lines == undisturbed);
  }
  TEST_CASE("other faults do not change who is slow") {
    check_alone(telling(), {AgentSlow{}, {}, {.chance = 30_percent}}, {MessageLoss{}, {}, {.chance = 30_percent}});
  }
}

}  // namespace squall::agent_kinds_test
