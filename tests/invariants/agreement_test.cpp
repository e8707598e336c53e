// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The plan changes once, at 10 ms. Coder and tester read it when it suits them; docs puts both together.
Workflow team(sim::Duration tester_reads) {
  Workflow workflow = quick();
  workflow.key("plan", quick_key(0));
  workflow.agent("planner", program().sleep(10ms).write("plan", 1));
  workflow.agent("coder", program().sleep(1ms).read("plan").work(1ms).makes("code").send("docs", "code"));
  workflow.agent("tester",
                 program().sleep(Time{tester_reads}).read("plan").work(1ms).makes("tests").send("docs", "tests"));
  workflow.agent("docs", program().receive(all_of({"code", "tests"})).work(1ms).makes("manual").finish());
  return workflow.check("agreement");
}

}  // namespace

TEST_SUITE("agreement") {
  TEST_CASE("work that rests on two versions of one key") {
    CHECK(judged(team(2ms)).found.empty());
    const Verdicts two = judged(team(15ms));
    CHECK(two.found == Lines{"agreement: plan, manual of docs", "agreement: plan, the outcome of docs"});
    CHECK(two.reasons[0] == "manual of docs rests on version 0 of plan and on version 1");
  }

  TEST_CASE("only the keys that are named have to agree") {
    Workflow workflow = quick();
    workflow.key("plan", quick_key(0)).key("log", quick_key(0));
    workflow.agent("one", program().read("log").write("log", 1).read("log").work(1ms).makes("code"));
    CHECK(judged(workflow.check(sim::Agreement{.keys = {{"plan"}}})).found.empty());
  }

  TEST_CASE("explored worlds find the contradiction") { CHECK(explored(team(2ms)) == Lines{"agreement"}); }
}

}  // namespace squall::invariants
