// SPDX-License-Identifier: Apache-2.0
#include "reports/story.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "scenarios/file.hpp"

// Stories are compared whole: each sentence of them is a promise.
namespace squall::reports {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;
using namespace sim::literals;

/// Seed 1 of a file of the suite `feature-team`.
std::string told(const std::string& file) {
  const Loaded loaded = load(SQUALL_SOURCE_DIR "/scenarios/suites/feature-team/" + file);
  REQUIRE(loaded.ok());
  return story(*loaded.scenario, record(*loaded.scenario, sim::Seed{1}), sim::Seed{1}, "replay");
}
/// With exactly these faults.
std::string told(Workflow workflow, const faults::Plan& plan) {
  const Scenario one = scenario(std::move(workflow));
  return story(one, replay(one, sim::Seed{1}, plan), sim::Seed{1}, "replay");
}

faults::Line lose(std::string from, std::string to, std::string topic) {
  return {.fault = faults::MessageLoss{},
          .matcher = {.from = std::move(from), .to = std::move(to), .topic = std::move(topic)},
          .trigger = {.nth = 1}};
}

/// Messages take 1 ms; judged by the two judges of waits alone.
Workflow quick(const char* name) {
  Workflow workflow{name};
  workflow.latency(sim::Distribution::constant(1ms)).check("deadlock-freedom").check("no-orphaned-wait");
  return workflow;
}

}  // namespace

TEST_SUITE("stories") {
  TEST_CASE(
      "a team that deadlocks: the cycle with its reasons, who waits behind it, the seed and how to see it again") {
    CHECK(told("broken.yaml") == R"(feature-team, seed 1: violated

Violated: deadlock-freedom (no agents wait for each other in a cycle)
  the cycle coder -> tester -> docs -> coder, closed at 42.775s:
    coder waits for report from tester (gives up after 5 min)
    tester waits for docs from docs
    docs waits for code from coder
    behind: planner waits for release from docs

What happened:
            0s  coder waits for task
            0s  tester waits for code and docs
            0s  docs waits for code
        1.066s  planner has made plan
        1.066s  planner writes plan
         1.07s  planner sends task to coder
         1.07s  planner waits for release from docs
        1.072s  coder receives task from planner
        1.072s  coder reads plan, version 1
       42.775s  coder has made code
       42.775s  coder sends code to tester
       42.775s  coder waits for report
       42.775s  *** the cycle is closed (deadlock-freedom)
     5m42.775s  coder runs out of time
     5m42.775s  coder fails: the tester is silent
  Then nothing can happen any more.

No fault struck.

The same run again: replay
)");
  }

  TEST_CASE("the same team when it is well: what was checked, and what happened to the end") {
    CHECK(told("fixed.yaml") == R"(feature-team, seed 1: every check holds in this run

Checked:
  deadlock-freedom: no agents wait for each other in a cycle
  no-orphaned-wait: nobody waits for ever for what no agent can hand out any more

What happened:
            0s  coder waits for task
            0s  tester waits for code or docs
            0s  docs waits for code
        1.066s  planner has made plan
        1.066s  planner writes plan
         1.07s  planner sends task to coder
         1.07s  planner waits for release from docs
        1.072s  coder receives task from planner
        1.072s  coder reads plan, version 1
       42.775s  coder has made code
       42.775s  coder sends code to tester
       42.775s  coder waits for report
       42.778s  tester receives code from coder
       55.306s  tester has made report
       55.306s  tester sends report to coder
       55.306s  tester is done
       55.309s  coder receives report from tester
       55.309s  coder sends code to docs
       55.309s  coder is done
       55.312s  docs receives code from coder
     1m23.140s  docs has made docs
     1m23.140s  docs sends docs to tester
     1m23.140s  docs sends release to planner
     1m23.140s  docs is done
     1m23.144s  planner receives release from docs
     1m23.144s  planner reports success
     1m23.144s  planner is done
  Then nothing can happen any more.

No fault struck.

The same run again: replay
)");
  }

  TEST_CASE("a lost message: who waits for ever, who could have helped and why not, and the fault that struck") {
    Workflow team = quick("handover");
    team.agent("planner", program().work(2s).makes("plan").send("coder", "plan"));
    team.agent("coder", program().receive("plan").work(5s).makes("code").send("tester", "code"));
    team.agent("tester", program().receive("code").work(1s).finish());
    CHECK(told(team, {{lose("planner", "coder", "plan")}}) == R"(handover, seed 1: violated

Violated: no-orphaned-wait (nobody waits for ever for what no agent can hand out any more)
  since 0s:
    coder waits for plan, and nobody can hand it out any more
    planner could have sent it, but has ended
    behind: tester waits for code from coder

What happened:
            0s  coder waits for plan
            0s  tester waits for code
            0s  *** a wait begins that never ends (no-orphaned-wait)
            2s  planner has made plan
            2s  planner sends plan to coder
            2s  plan from planner to coder is lost
            2s  planner is done
  Then nothing can happen any more.

Faults that struck:
  - message-loss: {from: planner, to: coder, topic: plan, nth: 1}

The same run again: replay
)");
  }

  TEST_CASE("every kind of fault, in the order in which they struck") {
    Workflow team = quick("storm");
    team.agent("boss", {.program = program().repeat(program().send("hand", "job").sleep(1s), {.times = 3}).work(1min)});
    team.agent("hand", {.on = {{"job", program().work(100ms)}}});
    const auto job = [](std::uint32_t nth) {
      return faults::Line{
          .fault = {}, .matcher = {.from = "boss", .to = "hand", .topic = "job"}, .trigger = {.nth = nth}};
    };
    faults::Plan plan{{job(1), job(2), job(3)}};
    plan.lines[0].fault = faults::MessageDuplicate{};
    plan.lines[1].fault = faults::MessageDelay{.by = sim::Distribution::constant(5s)};
    plan.lines[2].fault = faults::MessageLoss{};
    plan.lines.push_back({.fault = faults::AgentCrash{.restart = sim::Distribution::constant(2s)},
                          .matcher = {.agent = "hand"},
                          .trigger = {.at = sim::start_of_time + 500ms}});
    CHECK(told(team, plan) == R"(storm, seed 1: every check holds in this run

Checked:
  deadlock-freedom: no agents wait for each other in a cycle
  no-orphaned-wait: nobody waits for ever for what no agent can hand out any more

What happened:
            0s  boss sends job to hand
           1ms  hand receives job from boss
         101ms  hand is done
         101ms  hand receives job from boss
         201ms  hand is done
         500ms  hand crashes
            1s  boss sends job to hand
            2s  boss sends job to hand
            2s  job from boss to hand is lost
          2.5s  hand starts again
        6.001s  hand receives job from boss
        6.101s  hand is done
     1m03.000s  boss is done
  Then nothing can happen any more.

Faults that struck:
  - message-duplicate: {from: boss, to: hand, topic: job, nth: 1, copies: 1, after: 0s}
  - agent-crash: {agent: hand, at: {time: 500ms}, side: before, restart: 2s, memory: false}
  - message-delay: {from: boss, to: hand, topic: job, nth: 2, by: 5s}
  - message-loss: {from: boss, to: hand, topic: job, nth: 3}

The same run again: replay
)");
  }

  TEST_CASE("what programs do with context, tools, resources and each other") {
    Workflow office = quick("office");
    office.key("note");
    office.key("blank");
    office.tool("bank");
    office.resource("desk");
    office.topic("news", {.mode = sim::TopicInfo::Mode::broadcast});
    office.agent("boss",
                 program()
                     .read("blank")
                     .write("note", 7)
                     .call("bank")
                     .acquire("desk")
                     .release("desk")
                     .publish("news")
                     .work(1s)
                     .makes("sketch", {}, sim::Probability{1'000'000})
                     .validate("sketch", {}, {}, {.otherwise = program().emit("refused")})
                     .ask("clerk", "quote", {}, {.timeout = 3s, .otherwise = program()})
                     .ask("clerk", "quote", {}, {.otherwise = program()})
                     .spawn("helper")
                     .receive(all_of({"helped", topic("news").from("boss")}), {.timeout = 1s, .otherwise = program()})
                     .finish(false));
    office.agent("clerk", {.on = {{"quote", program().sleep(4s).reply_error("no-idea")}}});
    office.agent("helper",
                 {.program = program().receive("news", {.timeout = 9s, .otherwise = program().fail_with("bored")}),
                  .start = sim::Start::spawned});
    CHECK(told(office, {}) == R"(office, seed 1: every check holds in this run

Checked:
  deadlock-freedom: no agents wait for each other in a cycle
  no-orphaned-wait: nobody waits for ever for what no agent can hand out any more

What happened:
            0s  boss reads blank, which nobody has written
       3.517ms  boss writes note
        5.38ms  the effect of bank happens for boss
        5.38ms  bank answers boss
        5.38ms  boss acquires desk
        5.38ms  boss releases desk
        5.38ms  boss sends news to boss
        1.005s  boss has made sketch
        1.005s  boss refuses sketch
        1.005s  boss emits refused
        1.005s  boss sends quote to clerk
        1.005s  boss waits for an answer
        1.006s  clerk receives quote from boss
        4.005s  boss runs out of time
        4.005s  boss sends quote to clerk
        4.005s  boss waits for an answer
        5.006s  clerk sends the error no-idea to boss
        5.006s  clerk is done
        5.006s  clerk receives quote from boss
        5.007s  the error no-idea comes too late for boss
        9.006s  clerk sends the error no-idea to boss
        9.006s  clerk is done
        9.007s  boss receives the error no-idea from clerk
        9.007s  boss spawns helper[0]
        9.007s  helper[0] waits for news
        9.007s  boss waits for helped and news from boss
       10.007s  boss runs out of time
       10.007s  boss reports failure
       10.007s  boss is done
       10.007s  helper[0] is asked to stop
       10.007s  helper[0] ends, as it was asked to
  Then nothing can happen any more.

No fault struck.

The same run again: replay
)");
  }

  TEST_CASE("names from users cannot act on a terminal") {
    Workflow team = quick("evil\x1b[2J");
    const std::string topic = "code\r\nAll is well\x07";
    team.agent("coder", program().work(1s).makes("\xc2\x9bpatch").send("tester", topic, {.artifact = "\xc2\x9bpatch"}));
    team.agent("tester", program().receive(topic).receive("never\xff"));
    CHECK(told(team, {}) == R"(evil\x1b[2J, seed 1: violated

Violated: no-orphaned-wait (nobody waits for ever for what no agent can hand out any more)
  since 1.001s:
    tester waits for never\xff, and nobody can hand it out any more
    no other agent ever sends it

What happened:
            0s  tester waits for code\x0d\x0aAll is well\x07
            1s  coder has made \xc2\x9bpatch
            1s  coder sends code\x0d\x0aAll is well\x07 (\xc2\x9bpatch) to tester
            1s  coder is done
        1.001s  tester receives code\x0d\x0aAll is well\x07 (\xc2\x9bpatch) from coder
        1.001s  tester waits for never\xff
        1.001s  *** a wait begins that never ends (no-orphaned-wait)
  Then nothing can happen any more.

No fault struck.

The same run again: replay
)");
  }

  TEST_CASE("what is no wait is told as what it is: two agents write what neither has seen of the other") {
    Workflow team{"report"};
    team.key("report", {.initial = Expression{0}, .latency = sim::Distribution::constant(1ms)});
    team.agent("analyst", program().update("report", var("old") + 1));
    team.agent("critic", program().update("report", var("old") + 100));
    team.check("no-lost-update");
    const std::string text = told(team, {});
    CHECK(
        text.starts_with("report, seed 1: violated\n\n"
                         "Violated: no-lost-update (no write destroys one that its writer has not seen)\n"
                         "  at 1ms:\n"
                         "    critic has read version 0 of report\n"));
    CHECK(text.find("\n           1ms  *** no-lost-update is violated\n") != std::string::npos);
  }

  TEST_CASE("a check that cannot tell is left open, and the run is undecided") {
    Workflow team = quick("endless");
    team.agent("clock", program().repeat(program().sleep(1h)));
    team.limits({.events_per_instance = 100});
    team.check("termination");
    const std::string text = told(team, {});
    CHECK(text.starts_with("endless, seed 1: undecided\n"));
    CHECK(text.find("\nLeft open:\n  termination: ") != std::string::npos);
  }

  TEST_CASE("a run that reaches a limit is undecided, and of its many lines the last are shown") {
    Workflow team = quick("endless");
    team.agent("ping", program().send("pong", "ball").repeat(program().receive("ball").send("pong", "ball")));
    team.agent("pong", program().repeat(program().receive("ball").send("ping", "ball")));
    team.limits({.events_per_instance = 100});
    const std::string text = told(team, {});
    CHECK(text.starts_with("endless, seed 1: undecided\n"));
    CHECK(text.find("           ...  (") != std::string::npos);
    CHECK(text.find("  The run was stopped undecided: its limit of events was reached.\n") != std::string::npos);
    CHECK(std::ranges::count(text, '\n') < 100);
  }
}

}  // namespace squall::reports
