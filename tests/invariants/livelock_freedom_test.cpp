// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The reviewer sends the code back so many times; for ever at 0.
Workflow review(std::int64_t rounds) {
  Workflow workflow = quick();
  const Program answer = program().receive("code").work(1ms).set("n", var("n") + 1);
  workflow.agent("coder", program().repeat(program().work(2ms).send("reviewer", "code").receive("verdict", {.as = "v"}),
                                           {.until = var("v.ok") == 1}));
  workflow.agent("reviewer", {.program = program().repeat(program().block(answer).send(
                                  "coder", "verdict", {.with = {{"ok", choose(var("n") == rounds, 1, 0)}}})),
                              .vars = {{"n", 0}},
                              .daemon = true});
  workflow.limits({.events_per_instance = 20'000});
  return workflow.check(sim::LivelockFreedom{.events = 2'000});
}

}  // namespace

TEST_SUITE("livelock-freedom") {
  TEST_CASE("two agents that hand work to and fro get nowhere") {
    CHECK(judged(review(3)).found.empty());
    const Verdicts busy = judged(review(0));
    CHECK(busy.found == Lines{"livelock-freedom: coder, reviewer"});
    REQUIRE(busy.reasons.size() == 3);
    CHECK(busy.reasons[0].ends_with(
        "events no program has ended, no outcome was reported and nothing new has happened outside"));
    CHECK(busy.reasons[1].starts_with("coder is busy meanwhile: "));
  }

  TEST_CASE("heartbeats while somebody works for long are none, and end with the work") {
    const auto heart = [](bool works) {
      Workflow workflow = quick();
      workflow.agent("heart", {.program = program().repeat(program().sleep(1ms), {.times = 10'000}), .daemon = true});
      workflow.agent("human", works ? program().work(9s) : program().work(1ms));
      workflow.limits({.events_per_instance = 20'000});
      return judged(workflow.check(sim::LivelockFreedom{.events = 2'000}));
    };
    CHECK(heart(true).found.empty());
    CHECK(heart(false).found == Lines{"livelock-freedom: heart"});
  }
}

}  // namespace squall::invariants
