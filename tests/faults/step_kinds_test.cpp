// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"
#include "tests/faults/shop.hpp"

namespace squall::step_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

/// Ann works 10 ms and tells bob, works again and tells him again. Bob says what he hears, for 100 ms.
Workflow telling() {
  Workflow workflow{"telling"};
  workflow.latency(sim::Distribution::constant(1ms));
  workflow.agent("ann", program()
                            .work(ms_of(10), {.id = "think"})
                            .send("bob", "news")
                            .work(ms_of(10), {.id = "rest", .otherwise = program().emit("no rest")})
                            .send("bob", "more"));
  workflow.agent("bob", {.on = {{"news", program().emit("news")}, {"more", program().emit("more")}}});
  return workflow;
}
Lines without_ends(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find("bob ended") == std::string::npos) lines.push_back(line);
  }
  return lines;
}
const Lines undisturbed{"11ms bob says news", "20ms ann ended", "21ms bob says more"};
const Line lost{MessageLoss{}, {}, {.chance = 50_percent}};

}  // namespace

TEST_SUITE("an agent that refuses") {
  TEST_CASE("does not at 0 %; at 100 % every step fails") {
    check_never(telling(), AgentRefuse{});
    CHECK(without_ends(under(telling(), AgentRefuse{})) == Lines{"0ms ann failed: refused"});
  }
  TEST_CASE("fails the step, and its program says what comes next") {
    const Told told = under(telling(), AgentRefuse{}, {}, {.nth = 2});
    CHECK(without_ends(told) ==
          Lines{"10ms ann says no rest", "10ms ann ended", "11ms bob says news", "11ms bob says more"});
    CHECK(told.plan_lines() == Lines{"agent-refuse: {agent: ann, nth: 2}"});
    const Trigger before_rest{.step = StepPlace{"ann", "rest", false}};
    CHECK(under(telling(), AgentRefuse{}, {}, before_rest).lines == told.lines);
  }
  TEST_CASE("is tried again where the step is") {
    Workflow workflow{"stubborn"};
    workflow.agent("ann", program().work(ms_of(10), {.retry = Retry{.times = 3}}).emit("done"));
    CHECK(under(workflow, AgentRefuse{}, {}, {.at_most = 2}).lines == Lines{"10ms ann says done", "10ms ann ended"});
    CHECK(under(workflow, AgentRefuse{}, {}, {.at_most = 3}).lines == Lines{"0ms ann failed: refused"});
  }
  TEST_CASE("has a name that programs can ask for") {
    Workflow workflow{"asking"};
    workflow.agent("ann", program().work(ms_of(10), {.otherwise = Otherwise{{"refused", program().emit("declined")}}}));
    CHECK(under(workflow, AgentRefuse{}).lines[0] == "0ms ann says declined");
  }
  TEST_CASE("leaves others' dice alone") { check_alone(telling(), {AgentRefuse{}, {}, {.chance = 30_percent}}, lost); }
  TEST_CASE("has no time of its own, and does not come after a step") {
    const sim::Model model = telling().model();
    const auto trouble = [&](const Trigger& trigger) {
      return check(model, Profile{.lines = {{AgentRefuse{}, {.agent = "ann"}, trigger}}})[0].what;
    };
    CHECK(trouble({.at = sim::start_of_time}) == "agent-refuse: strikes a step, at its beginning");
    CHECK(trouble({.step = StepPlace{"ann", "rest", true}}) == "agent-refuse: takes effect before a step");
  }
}

TEST_SUITE("an agent that loops") {
  TEST_CASE("does not at 0 %") { check_never(telling(), AgentLoop{}); }
  TEST_CASE("does its last step again, and what came after it, as often as it says") {
    // Before her second work she thinks again, twice, and tells each time.
    const Told told = under(telling(), AgentLoop{.times = 2}, {}, {.nth = 2});
    CHECK(without_ends(told) == Lines{"11ms bob says news", "21ms bob says news", "31ms bob says news",
                                      "40ms ann ended", "41ms bob says more"});
    CHECK(told.plan_lines() == Lines{"agent-loop: {agent: ann, nth: 2, times: 2}"});
    const Trigger before_rest{.nth = 1, .step = StepPlace{"ann", "rest", false}};
    CHECK(under(telling(), AgentLoop{.times = 2}, {}, before_rest).lines == told.lines);
  }
  TEST_CASE("has nothing to go back to at its first step") {
    CHECK(under(telling(), AgentLoop{}, {}, {.nth = 1}).plan.lines.empty());
  }
  TEST_CASE("goes out of a timeout's scope and back into it: the timeout begins anew") {
    Workflow workflow{"bounded"};
    workflow.latency(sim::Distribution::constant(1ms));
    workflow.agent(
        "ann", program().work(ms_of(10)).receive("word", {.timeout = 15ms, .otherwise = program().emit("silence")}));
    // Works from 0 to 10 and from 10 to 20 ms; 15 ms later she gives up.
    CHECK(under(workflow, AgentLoop{.times = 1}, {}, {.nth = 2}).lines ==
          Lines{"35ms ann says silence", "35ms ann ended"});
  }
  TEST_CASE("inside a timeout's scope its time goes on") {
    Workflow workflow{"bounded"};
    workflow.agent("ann", program().block(program().work(ms_of(10)).work(ms_of(10)).emit("done"),
                                          {.timeout = 25ms, .otherwise = program().emit("too late")}));
    CHECK(said(workflow) == Lines{"20ms ann says done", "20ms ann ended"});
    CHECK(under(workflow, AgentLoop{.times = 1}, {}, {.nth = 2}).lines ==
          Lines{"25ms ann says too late", "25ms ann ended"});
  }
  TEST_CASE("that receives once more waits for what nobody sends again") {
    Workflow workflow{"once"};
    workflow.latency(sim::Distribution::constant(1ms));
    workflow.agent("ann", program().receive("word").work(ms_of(10)).emit("done"));
    workflow.agent("bob", program().send("ann", "word"));
    CHECK(said(workflow) == Lines{"0ms bob ended", "11ms ann says done", "11ms ann ended"});
    CHECK(under(workflow, AgentLoop{}, {.agent = "ann"}, {.nth = 2}).lines == Lines{"0ms bob ended"});
  }
  TEST_CASE("leaves others' dice alone") {
    check_alone(telling(), {AgentLoop{.times = 1}, {}, {.chance = 30_percent}}, lost);
  }
}

TEST_SUITE("an agent out of its role") {
  const AgentOutOfRole tells_bob{.topic = {"more"}, .to = "bob"};
  TEST_CASE("is not at 0 %") { check_never(telling(), tells_bob); }
  TEST_CASE("sends what is another's to send, before its step") {
    const Told told = under(telling(), tells_bob, {.agent = "ann"}, {.nth = 1});
    CHECK(without_ends(told) ==
          Lines{"1ms bob says more", "11ms bob says news", "20ms ann ended", "21ms bob says more"});
    CHECK(told.plan_lines() == Lines{"agent-out-of-role: {agent: ann, nth: 1, topic: more, to: bob}"});
  }
  TEST_CASE("is seen by who judges roles") {
    Workflow workflow{"roles"};
    workflow.agent("ann", {.program = program().work(ms_of(10)).send("bob", "code"), .can = {{"code"}}});
    workflow.agent("bob", {.on = {{"code", program()}, {"approval", program()}}});
    workflow.check("roles");
    const scenarios::Scenario healthy = scenarios::scenario(workflow);
    CHECK(scenarios::record(healthy, sim::Seed{1}).outcome.violations.empty());
    const Profile faults{.lines = {{AgentOutOfRole{.topic = {"approval"}, .to = "bob"}, {.agent = "ann"}, {}}}};
    const scenarios::Scenario struck = scenarios::scenario(workflow, faults);
    const auto found = scenarios::record(struck, sim::Seed{1}).outcome.violations;
    REQUIRE(found.size() == 1);
    CHECK(found[0].invariant == "roles");
  }
  TEST_CASE("leaves others' dice alone") {
    check_alone(telling(), {tells_bob, {.agent = "ann"}, {.chance = 30_percent}}, lost);
  }
  TEST_CASE("says what it does not say") {
    const sim::Model model = telling().model();
    const auto trouble = [&](const AgentOutOfRole& fault) {
      return check(model, Profile{.lines = {{fault, {}, {}}}})[0].what;
    };
    CHECK(trouble({}) == "agent-out-of-role: does not say what the agent sends: add 'topic'");
    CHECK(trouble({.topic = {"more"}, .to = {}}) == "agent-out-of-role: does not say to whom: add 'to', one agent");
    CHECK(trouble({.topic = {"mor"}, .to = "bob"}) == "agent-out-of-role: no topic is called 'mor'");
    CHECK(trouble({.topic = {"more"}, .to = "bo"}) == "agent-out-of-role: no agent is called 'bo'");
  }
}

}  // namespace squall::step_kinds_test
