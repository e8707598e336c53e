// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow readers(sim::Consistency consistency, sim::Duration within) {
  Workflow workflow = quick();
  KeySpec plan = quick_key(0);
  plan.consistency = consistency;
  plan.lag = sim::Distribution::constant(20ms);
  workflow.key("plan", plan);
  workflow.agent("planner", program().write("plan", 1));
  workflow.agent("coder", program().sleep(10ms).read("plan"));
  return workflow.check(sim::Freshness{.within = within});
}

}  // namespace

TEST_SUITE("freshness") {
  TEST_CASE("a value that was superseded before") {
    CHECK(judged(readers(sim::Consistency::strong, 0ms)).found.empty());
    const Verdicts stale = judged(readers(sim::Consistency::eventual, 0ms));
    CHECK(stale.found == Lines{"freshness: plan read by coder"});
    CHECK(stale.reasons ==
          Lines{"coder is given version 0 of plan, and the newest is 1", "planner superseded it 10 ms ago"});
  }

  TEST_CASE("an age may be allowed") {
    CHECK(judged(readers(sim::Consistency::eventual, 10ms)).found.empty());
    CHECK(judged(readers(sim::Consistency::eventual, 9ms)).found == Lines{"freshness: plan read by coder"});
  }

  TEST_CASE("without time any older version is too old") {
    CHECK(explored(readers(sim::Consistency::eventual, 0ms)) == Lines{"freshness"});
    CHECK(explored(readers(sim::Consistency::strong, 0ms)).empty());
  }
}

}  // namespace squall::invariants
