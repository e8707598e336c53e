// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The worker does its part or fails; the lead reports success when it hears of it, or has waited long enough.
Workflow team(bool fails, bool knows = false) {
  Workflow workflow = quick();
  Program worker = program().work(5ms);
  if (fails) worker.fail("no idea");
  workflow.agent("worker", worker.send("lead", "done"));
  workflow.agent(
      "lead",
      program().receive("done", {.timeout = 1s, .otherwise = knows ? program().finish(false) : program()}).finish());
  return workflow.check("honest-outcome");
}

Workflow maker(sim::Probability wrong, bool reports = true) {
  Workflow workflow = quick();
  workflow.agent("coder", program().work(1ms).makes("code", {}, wrong).send("lead", "code"));
  Program lead = program().receive("code");
  if (reports) lead.finish();
  workflow.agent("lead", lead);
  return workflow.check("honest-outcome");
}

Workflow with_goal(std::int64_t written, bool success) {
  Workflow workflow = quick();
  workflow.key("sum", quick_key(0));
  workflow.agent("one", program().write("sum", written).finish(success));
  workflow.goal(var("context.sum") == 3);
  return workflow.check("honest-outcome");
}

}  // namespace

TEST_SUITE("honest-outcome") {
  TEST_CASE("success over a failed activation is a lie") {
    CHECK(judged(team(false)).found.empty());
    const Verdicts lie = judged(team(true));
    CHECK(lie.found == Lines{"honest-outcome: lead reports success, worker failed"});
    CHECK(lie.reasons == Lines{"lead reports success, though worker failed (failed)"});
  }

  TEST_CASE("a failure that is reported is none, whatever followed") { CHECK(judged(team(true, true)).found.empty()); }

  TEST_CASE("success over unsound work is a lie, and nothing reported is none") {
    CHECK(judged(maker({})).found.empty());
    const Verdicts lie = judged(maker(sim::Probability{1'000'000}));
    CHECK(lie.found == Lines{"honest-outcome: lead reports success, code of coder is unsound"});
    CHECK(lie.reasons == Lines{"lead reports success, though it rests on code of coder, which is unsound"});
    CHECK(judged(maker(sim::Probability{1'000'000}, false)).found.empty());
  }

  TEST_CASE("a goal says what really came out, both ways") {
    CHECK(judged(with_goal(3, true)).found.empty());
    CHECK(judged(with_goal(2, false)).found.empty());
    const Verdicts boast = judged(with_goal(2, true));
    CHECK(boast.found == Lines{"honest-outcome: one reports success, the goal is not reached"});
    CHECK(boast.reasons == Lines{"one reports success, and the goal is not reached"});
    CHECK(judged(with_goal(3, false)).found == Lines{"honest-outcome: one reports failure, the goal is reached"});
  }

  TEST_CASE("two reports that differ are a lie, two that agree are none") {
    const auto reports = [](bool second) {
      Workflow workflow = quick();
      workflow.agent("one", program().work(1ms).finish());
      workflow.agent("two", program().work(5ms).finish(second));
      return judged(workflow.check("honest-outcome"));
    };
    CHECK(reports(true).found.empty());
    CHECK(reports(false).found == Lines{"honest-outcome: two contradicts, the opposite after one"});
  }

  TEST_CASE("whom a crash took for good has not ended well; whom a restart replaced is judged by that") {
    const Workflow workflow = team(false);
    const StrikeBy for_good = crashes(workflow, "worker", 1);
    const Verdicts lie = judged(workflow, &for_good);
    CHECK(lie.found == Lines{"honest-outcome: lead reports success, worker is down"});
    CHECK(lie.reasons == Lines{"lead reports success, though worker crashed over its work and never came back"});
    const StrikeBy replaced = crashes(workflow, "worker", 1, 2ms);
    CHECK(judged(workflow, &replaced).found.empty());
  }

  TEST_CASE("a branch that fails is its parent's business") {
    Workflow workflow = quick();
    workflow.agent(
        "one", program()
                   .parallel({{"a", program().fail("no")}, {"b", program().work(1ms)}}, {.failure = Failure::collect})
                   .finish());
    CHECK(judged(workflow.check("honest-outcome")).found.empty());
  }

  TEST_CASE("what was handled in vain and comes again is judged by that") {
    const auto worker = [](sim::Ack ack) {
      Workflow workflow = quick();
      workflow.topic("job",
                     {.mode = sim::TopicInfo::Mode::queue, .ack = ack, .redeliver_after = 5ms, .redeliver_max = 3});
      workflow.agent("lead",
                     program().publish("job").receive("done", {.timeout = 1s, .otherwise = program()}).finish());
      workflow.agent(
          "worker",
          {.on =
               {{"job",
                 program().set("n", var("n") + 1).if_(var("n") == 1, program().fail("not yet")).send("lead", "done")}},
           .vars = {{"n", 0}}});
      return judged(workflow.check("honest-outcome")).found;
    };
    CHECK(worker(sim::Ack::end).empty());
    CHECK(worker(sim::Ack::receive) == Lines{"honest-outcome: lead reports success, worker failed"});
  }

  TEST_CASE("a daemon that crashes while it owes nothing makes no success a lie; over its work it does") {
    // It begins its steps at 0 ms (the first wait), at 1 ms (the work) and at 6 ms (the next wait).
    const auto server = [](std::uint32_t step, sim::Duration restart = sim::Duration{-1}) {
      Workflow workflow = quick();
      workflow.agent("server", {.program = program().repeat(program().receive("job").work(5ms).send("lead", "done")),
                                .daemon = true});
      workflow.agent("lead", program()
                                 .send("server", "job")
                                 .receive("done", {.timeout = Time{1h}, .otherwise = program()})
                                 .sleep(1s)
                                 .finish());
      workflow.check("honest-outcome");
      const StrikeBy crash = crashes(workflow, "server", step, restart);
      return judged(workflow, &crash).found;
    };
    CHECK(server(3).empty());
    CHECK(server(2) == Lines{"honest-outcome: lead reports success, server is down"});
  }

  TEST_CASE("who still waits has not ended well") {
    Workflow workflow = quick();
    workflow.agent("lead", program().finish());
    workflow.agent("coder", program().receive("task"));
    workflow.agent("planner",
                   program().choose({{sim::Probability{0}, program().send("coder", "task")}, {{}, program()}}));
    CHECK(judged(workflow.check("honest-outcome")).found ==
          Lines{"honest-outcome: lead reports success, coder has not ended"});
  }

  TEST_CASE("explored worlds find the lie as well") {
    CHECK(explored(team(false)).empty());
    CHECK(explored(team(true)) == Lines{"honest-outcome"});
    CHECK(explored(with_goal(3, true)).empty());
    CHECK(explored(with_goal(2, true)) == Lines{"honest-outcome"});
  }
}

}  // namespace squall::invariants
