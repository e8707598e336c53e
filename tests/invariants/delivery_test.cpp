// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The planner sends a task, and once more if it hears nothing; the coder works if it gets one.
Workflow tasks(bool again, bool reports = false) {
  Workflow workflow = quick();
  Program planner = program().send("coder", "task");
  if (again) planner.sleep(20ms).send("coder", "task");
  if (reports) planner.finish(false);
  workflow.agent("planner", planner);
  workflow.agent("coder", {.on = {{"task", program().work(1ms)}}});
  return workflow.check("delivery");
}

}  // namespace

TEST_SUITE("delivery") {
  TEST_CASE("a lost message that nobody makes good") {
    const Workflow workflow = tasks(false);
    CHECK(judged(workflow).found.empty());
    const StrikeBy loss = loses(topic_of(workflow, "task"));
    const Verdicts lost = judged(workflow, &loss);
    CHECK(lost.found == Lines{"delivery: task from planner to coder"});
    CHECK(lost.reasons == Lines{"task from planner to coder never arrived: it was lost",
                                "nothing was sent in its place, neither of them ran into a timeout, and no failure "
                                "was reported"});
  }

  TEST_CASE("the same sent once more makes it good") {
    const Workflow workflow = tasks(true);
    const StrikeBy first = loses(topic_of(workflow, "task"), 1);
    CHECK(judged(workflow, &first).found.empty());
    const StrikeBy both = loses(topic_of(workflow, "task"), 2);
    CHECK(judged(workflow, &both).found == Lines{"delivery: task from planner to coder"});
  }

  TEST_CASE("a loss that ends in a reported failure has not passed unnoticed") {
    const Workflow workflow = tasks(false, true);
    const StrikeBy loss = loses(topic_of(workflow, "task"));
    CHECK(judged(workflow, &loss).found.empty());
  }

  TEST_CASE("a timeout of the receiver notices it") {
    const auto waits = [](bool bounded) {
      Workflow workflow = quick();
      workflow.agent("tester", program().send("coder", "report"));
      Fields fields;
      if (bounded) fields = {.timeout = Time{5ms}, .otherwise = program()};
      workflow.agent("coder", program().receive("report", fields));
      workflow.check("delivery");
      const StrikeBy loss = loses(topic_of(workflow, "report"));
      return judged(workflow, &loss).found;
    };
    CHECK(waits(true).empty());
    CHECK(waits(false) == Lines{"delivery: report from tester to coder"});
  }

  TEST_CASE("what a full inbox refuses has not arrived") {
    const auto inbox = [](std::uint32_t capacity) {
      Workflow workflow = quick();
      workflow.agent("writer", program().send("reader", "a").send("reader", "a").send("reader", "a"));
      workflow.agent("reader",
                     {.program = program().sleep(5ms).repeat(
                          program().receive("a", {.timeout = Time{5ms}, .otherwise = program()}), {.times = 3}),
                      .mailbox = {.capacity = capacity, .full = sim::Full::drop_new}});
      return judged(workflow.check("delivery")).found;
    };
    CHECK(inbox(3).empty());
    CHECK(inbox(1).empty());  // all three are alike, and the reader runs into a timeout
  }
}

}  // namespace squall::invariants
