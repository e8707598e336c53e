// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

using namespace claims;

/// The planner gives out two tasks, the coder answers each after its work.
Workflow tasks(sim::Duration work = 3ms) {
  Workflow workflow = quick();
  workflow.key("done", quick_key(0));
  workflow.agent("planner", program()
                                .send("coder", "task", {.with = {{"n", 1}}})
                                .sleep(10ms)
                                .send("coder", "task", {.with = {{"n", 2}}})
                                .receive(each("report").times(2))
                                .finish());
  workflow.agent("coder", {.program = program().repeat(program()
                                                           .receive("task", {.as = "t"})
                                                           .set("busy", 1)
                                                           .work(Time{work}, {.id = "code"})
                                                           .update("done", var("old") + 1)
                                                           .set("busy", 0)
                                                           .send("planner", "report", {.with = {{"n", var("t.n")}}}),
                                                       {.times = 2}),
                           .vars = {{"busy", 0}}});
  return workflow;
}

Verdicts with(const Claim& claim, sim::Duration work = 3ms) { return judged(tasks(work).claim(claim)); }

}  // namespace

TEST_SUITE("always and never") {
  TEST_CASE("a condition on context holds after every event, or does not") {
    CHECK(with(always(var("context.done") <= 2)).found.empty());
    const Verdicts broken = with(always(var("context.done") < 2).why("one is enough"));
    CHECK(broken.found == Lines{"always: context.done < 2"});
    CHECK(broken.reasons == Lines{"context.done < 2 does not hold", "context.done is 2", "because: one is enough"});
    // 10 ms of sleep, 1 ms on the way, 3 ms of work, the read, and then the write
    CHECK(broken.at == std::vector{sim::Instant{15ms}});
  }

  TEST_CASE("a variable of one agent, a state, an inbox") {
    CHECK(with(never(var("agents.coder.vars.busy") == 2)).found.empty());
    CHECK(with(never(var("agents.coder.vars.busy") == 1)).found == Lines{"never: agents.coder.vars.busy == 1"});
    CHECK(with(never(var("agents.coder.state") == "down")).found.empty());
    CHECK(with(never(var("agents.coder.state") == "working")).found == Lines{"never: agents.coder.state == 'working'"});
    CHECK(with(always(var("agents.coder.inbox") < 1), 3ms).found.empty());
    CHECK(with(always(var("agents.coder.inbox") < 1), 30ms).found == Lines{"always: agents.coder.inbox < 1"});
  }

  TEST_CASE("all agents at once") {
    CHECK(with(always(every("agents", "a", var("a.inbox") <= 1))).found.empty());
    CHECK(with(never(some("agents", "a", var("a.name") == "coder" && var("a.state") == "waiting"))).found ==
          Lines{"never: agents.exists(a, (a.name == 'coder') && (a.state == 'waiting'))"});
  }

  TEST_CASE("resources, effects, counts, and the outcome") {
    Workflow workflow = tasks();
    workflow.resource("db", {}).tool("deploy");
    workflow.agent("ops", program().acquire("db").call("deploy").release("db"));
    const auto found = [&](const Claim& claim) { return judged(Workflow{workflow}.claim(claim)).found; };
    CHECK(found(always(var("resources.db.held") <= 1)).empty());
    CHECK(found(never(var("resources.db.held") == 1)) == Lines{"never: resources.db.held == 1"});
    CHECK(found(always(effects("deploy") <= 1)).empty());
    CHECK(found(never(effects("deploy") == 1)) == Lines{"never: effects('deploy') == 1"});
    CHECK(found(always({counted(0) <= 2, {sent("task")}})).empty());
    CHECK(found(always({counted(0) < 2, {sent("task")}})) == Lines{"always: count(sent task) < 2"});
    CHECK(found(never(var("outcome") == "failure")).empty());
    CHECK(found(never(var("outcome") == "success" && var("context.done") == 2)) ==
          Lines{"never: (outcome == 'success') && (context.done == 2)"});
  }

  TEST_CASE("an event that may not be") {
    CHECK(with(never(sent("task").to("planner"))).found.empty());
    CHECK(with(never(received("task").where(var("event.n") > 2))).found.empty());
    const Verdicts broken = with(never(received("task").to("coder").where(var("event.n") > 1)).named("no-second"));
    CHECK(broken.found == Lines{"no-second: received task to coder where event.n > 1"});
    CHECK(broken.reasons == Lines{"received task to coder where event.n > 1 has happened, by planner"});
    CHECK(broken.at == std::vector{sim::Instant{11ms}});
    CHECK(with(never(ran("coder.code"))).found == Lines{"never: ran coder.code"});
    CHECK(with(never(wrote("done").from("planner"))).found.empty());
    CHECK(with(never(wrote("done").where(var("event.value") == 2))).found ==
          Lines{"never: wrote done where event.value == 2"});
    CHECK(with(never(failed())).found.empty());
    CHECK(with(never(ended("coder"))).found == Lines{"never: ended coder"});
    CHECK(with(never(outcome("failure"))).found.empty());
    CHECK(with(never(outcome("success"))).found == Lines{"never: outcome success"});
  }
}

TEST_SUITE("eventually and sometimes") {
  TEST_CASE("what must come before the end of each instance") {
    CHECK(with(eventually(var("context.done") == 2)).found.empty());
    const Verdicts never_came = with(eventually(var("context.done") == 3));
    CHECK(never_came.found == Lines{"eventually: context.done == 3"});
    CHECK(never_came.reasons == Lines{"the instance has ended without it: context.done == 3"});
    CHECK(with(eventually(sent("report").where(var("event.n") == 2))).found.empty());
    CHECK(with(eventually(sent("report").where(var("event.n") == 3))).found ==
          Lines{"eventually: sent report where event.n == 3"});
  }

  TEST_CASE("and in time") {
    CHECK(with(eventually(var("context.done") == 2, 15ms)).found.empty());
    const Verdicts late = with(eventually(var("context.done") == 2, 14ms));
    CHECK(late.found == Lines{"eventually: context.done == 2"});
    CHECK(late.reasons == Lines{"14 ms after the arrival it has not come: context.done == 2"});
    CHECK(late.at == std::vector{sim::Instant{14ms}});
  }

  TEST_CASE("a run that reaches a limit leaves it open") {
    Workflow workflow = tasks();
    workflow.agent("idler", program().repeat(program().sleep(1ms)));
    workflow.limits({.events_per_instance = 1'000});
    const Verdicts open = judged(workflow.claim(eventually(var("context.done") == 3)));
    CHECK(open.found.empty());
    CHECK(open.undecided == Lines{"eventually: a limit of the run was reached before it came true"});
  }

  TEST_CASE("what comes true in some run is told to the driver, and violates nothing") {
    const Verdicts true_here = with(sometimes(var("context.done") == 2));
    CHECK(true_here.found.empty());
    CHECK(true_here.came_true == Lines{"sometimes"});
    const Verdicts not_here = with(sometimes(sent("report").where(var("event.n") == 3)).named("third"));
    CHECK(not_here.found.empty());
    CHECK(not_here.came_true.empty());
  }
}

TEST_SUITE("leads-to, precedes, at-most") {
  TEST_CASE("each task leads to its report") {
    CHECK(with(leads_to(sent("task"), sent("report"), {}, "n")).found.empty());
    // 1 ms on the way, 3 ms of work, 2 ms of the update
    CHECK(with(leads_to(sent("task"), sent("report"), 6ms, "n")).found.empty());
    const Verdicts late = with(leads_to(sent("task"), sent("report"), 5ms, "n"));
    CHECK(late.found == Lines{"leads-to: sent task, sent report"});
    CHECK(late.reasons == Lines{"after sent task at 0 s with 1 there was no sent report within 5 ms"});
    CHECK(late.at == std::vector{sim::Instant{5ms}});
  }

  TEST_CASE("an answer to another task is none") {
    const Claim second = leads_to(sent("task"), sent("report").where(var("event.n") == 1), {}, "n");
    const Verdicts broken = with(second);
    CHECK(broken.found == Lines{"leads-to: sent task, sent report where event.n == 1"});
    CHECK(broken.reasons == Lines{"after sent task at 10 ms with 2 there was no sent report where event.n == 1 until "
                                  "the end of the instance"});
    CHECK(with(leads_to(sent("task").where(var("event.n") == 1), sent("report"))).found.empty());
  }

  TEST_CASE("the code before the report") {
    CHECK(with(precedes(ran("coder.code"), sent("report"))).found.empty());
    const Verdicts broken = with(precedes(sent("report"), ran("coder.code")));
    CHECK(broken.found == Lines{"precedes: ran coder.code"});
    CHECK(broken.reasons == Lines{"ran coder.code has happened, by coder, and not yet sent report"});
  }

  TEST_CASE("at most so many, counted anew") {
    CHECK(with(at_most(2, sent("report"))).found.empty());
    const Verdicts two = with(at_most(1, sent("report")));
    CHECK(two.found == Lines{"at-most: sent report"});
    CHECK(two.reasons == Lines{"sent report has happened 2 times, the last time by coder"});
    CHECK(with(at_most(1, sent("report"), sent("task"))).found.empty());
    CHECK(with(at_most(0, sent("report"), sent("task"))).found == Lines{"at-most: sent report"});
  }

  TEST_CASE("instances are asked each for itself") {
    Workflow workflow = tasks();
    workflow.load(3, Time{50ms}.drawn);
    CHECK(judged(Workflow{workflow}.claim(at_most(2, sent("task")))).found.empty());
    const Verdicts second = judged(Workflow{workflow}.claim(at_most(1, sent("task"))));
    CHECK(second.found == Lines{"at-most: sent task"});
    CHECK(second.reasons == Lines{"sent task has happened 2 times, the last time by planner (instance 0)"});
    CHECK(judged(Workflow{workflow}.claim(eventually(var("context.done") == 2, 15ms))).found.empty());
  }
}

TEST_SUITE("claims that cannot be") {
  TEST_CASE("names and words that nobody knows are errors, with what to write instead") {
    Workflow workflow = tasks();
    workflow.claim(never(sent("tusk"))).claim(always(var("context.dune") == 1));
    workflow.claim(always(var("agents.coder.state") == "asleep").named("a"));
    workflow.claim(leads_to(sent("task"), sent("report")).named("b")).claim(always(var("now") >= 0).named("b"));
    workflow.claim(always({counted(3) == 1, {sent("task")}}).named("c")).check("freshnes");
    CHECK(workflow.build().text() ==
          "freshnes: no invariant is called so; did you mean 'freshness'?\n"
          "never: no topic is called 'tusk'; use a topic that is sent or received\n"
          "always: no key is called 'dune'; did you mean 'done'?\n"
          "a: 'asleep' is no state of an agent; write one of: down, ended, idle, waiting, working\n"
          "b: another check has this name; give the claim a `name` of its own\n"
          "c: there is no pattern to count here; write the pattern into `count(…)` of an always or a never\n");
  }

  TEST_CASE("claims read as they are written") {
    CHECK(std::string{keyword(Claim::Kind::leads_to)} == "leads-to");
    const Workflow workflow =
        tasks().claim(leads_to(sent("task").from("planner"), sent("report"), 5s, "n")).claim(always(var("now") < 5s));
    const sim::Model model = workflow.model();
    REQUIRE(model.monitors.size() == 2);
    CHECK(std::string{model.monitors[0].monitor.claim} ==
          "sent task from planner leads to sent report with the same n within 5 s");
    CHECK(std::string{model.monitors[1].monitor.claim} == "always now < 5000000000");
  }
}

TEST_SUITE("explored claims") {
  TEST_CASE("every interleaving is asked; bounds in time are not") {
    CHECK(explored(tasks().claim(always(var("context.done") <= 2))).empty());
    CHECK(explored(tasks().claim(always(var("context.done") < 2))) == Lines{"always"});
    CHECK(explored(tasks().claim(always(var("agents.coder.inbox") < 1))) ==
          Lines{"always"});  // the second may be early
    CHECK(explored(tasks().claim(leads_to(sent("task"), sent("report"), 1ms, "n"))).empty());
    CHECK(explored(tasks().claim(precedes(received("report"), sent("task").where(var("event.n") == 2)))) ==
          Lines{"precedes"});
  }
}

}  // namespace squall::invariants
