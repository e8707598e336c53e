// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

TEST_SUITE("bounded-waits") {
  TEST_CASE("a wait for another agent without a bound") {
    const auto review = [](const std::optional<Time>& timeout) {
      Workflow workflow = quick();
      workflow.agent("coder", program().send("tester", "code").receive("verdict", {.timeout = timeout}));
      workflow.agent("tester", {.on = {{"code", program().work(5ms).send("coder", "verdict")}}});
      return judged(workflow.check("bounded-waits"));
    };
    CHECK(review(Time{1s}).found.empty());
    const Verdicts unbounded = review({});
    CHECK(unbounded.found == Lines{"bounded-waits: coder waits for verdict"});
    CHECK(unbounded.reasons == Lines{"coder waits for verdict, and nothing would end that but its coming"});
  }

  TEST_CASE("a deadline around a block bounds the waits in it, and an idle server owes nothing") {
    Workflow workflow = quick();
    workflow.agent("coder",
                   program().block(program().send("tester", "code").receive("verdict"), {.deadline = Time{1s}}));
    workflow.agent("tester", {.on = {{"code", program().work(5ms).send("coder", "verdict")}}});
    CHECK(judged(workflow.check("bounded-waits")).found.empty());
  }

  TEST_CASE("standing in line for a lock is waiting for whoever has it") {
    Workflow workflow = quick();
    workflow.resource("db");
    for (const char* name : {"a", "b"}) workflow.agent(name, program().acquire("db").work(5ms).release("db"));
    CHECK(judged(workflow.check("bounded-waits")).found == Lines{"bounded-waits: b waits for db"});
  }
}

namespace {

/// A reader that gives up its place in the line and comes again, while a writer has the lock most of the time.
Workflow impatient(sim::Duration patience, std::uint32_t passed) {
  Workflow workflow = quick();
  workflow.resource("db");
  const auto writer = program().repeat(program().acquire("db").work(10ms).release("db"), {.times = 20});
  workflow.agent("writer", writer);
  workflow.agent("other", writer);
  workflow.agent(
      "reader",
      program().sleep(1ms).acquire("db", {.timeout = Time{patience}, .retry = Retry{.times = 1000}}).release("db"));
  return workflow.check(sim::Fairness{.passed = passed});
}

}  // namespace

TEST_SUITE("fairness") {
  TEST_CASE("who stands in line is served in its turn, who gives up its place may never be") {
    CHECK(judged(impatient(1s, 3)).found.empty());
    const Verdicts starved = judged(impatient(4ms, 3));
    CHECK(starved.found == Lines{"fairness: reader for db"});
    CHECK(starved.reasons ==
          Lines{"others were given db 4 times since reader first came for it, the last time writer"});
  }

  TEST_CASE("so much may be") { CHECK(judged(impatient(4ms, 100)).found.empty()); }

  TEST_CASE("who has ended wants nothing any more") {
    Workflow workflow = quick();
    workflow.resource("db");
    workflow.agent("writer", program().repeat(program().acquire("db").work(10ms).release("db"), {.times = 20}));
    workflow.agent("reader", program().sleep(1ms).acquire("db", {.timeout = Time{4ms}, .otherwise = program()}));
    CHECK(judged(workflow.check(sim::Fairness{.passed = 3})).found.empty());
  }
}

}  // namespace squall::invariants
