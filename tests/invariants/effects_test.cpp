// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The answer of the tool is slow: who does not wait long enough calls again.
Workflow payment(sim::Duration dedup, const char* check) {
  Workflow workflow = quick();
  workflow.tool("pay", {.latency = sim::Distribution::constant(10ms), .dedup = dedup});
  workflow.agent("clerk", program().call("pay", {.key = 7, .for_ = 7},
                                         {.timeout = Time{8ms}, .retry = Retry{.times = 2}, .otherwise = program()}));
  return workflow.check(check);
}

}  // namespace

TEST_SUITE("no-repeat and exactly-once") {
  TEST_CASE("a retried call without dedup happens twice") {
    for (const char* check : {"no-repeat", "exactly-once"}) {
      CHECK(judged(payment(1h, check)).found.empty());
      const Verdicts twice = judged(payment({}, check));
      CHECK(twice.found == Lines{std::string{check} + ": pay for clerk more than once"});
      CHECK(twice.reasons == Lines{"pay has happened 2 times for one purpose, the last time for clerk"});
    }
  }

  TEST_CASE("different purposes do not count together") {
    Workflow workflow = quick();
    workflow.tool("pay");
    workflow.agent("clerk", program().call("pay", {.for_ = 1}).call("pay", {.for_ = 2}));
    CHECK(judged(workflow.check("exactly-once")).found.empty());
  }

  TEST_CASE("an answer that lies about what it did is not once, but is no repeat") {
    Workflow workflow = quick();
    workflow.tool("pay");
    workflow.agent("clerk", program().call("pay"));
    workflow.check("exactly-once").check("no-repeat");
    CHECK(judged(workflow).found.empty());
    const StrikeBy lie{sim::Strike::effect, [](sim::World&, const sim::Target&) { return sim::Verdict{.drop = true}; }};
    const Verdicts never = judged(workflow, &lie);
    CHECK(never.found == Lines{"exactly-once: pay for clerk not at all"});
    CHECK(never.reasons == Lines{"pay has answered clerk that it was done, and nothing has happened"});
  }

  TEST_CASE("only the tools that are named are counted") {
    Workflow workflow = payment({}, "termination");
    workflow.tool("other");
    CHECK(judged(workflow.check(sim::NoRepeat{.tools = {{"other"}}})).found.empty());
  }
}

}  // namespace squall::invariants
