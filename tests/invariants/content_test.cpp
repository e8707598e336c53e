// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow reviewed(bool checks, bool success, sim::Verified check = {}) {
  Workflow workflow = quick();
  workflow.agent("coder", program().work(1ms).makes("code").send("tester", "code"));
  Program tester = program().receive("code");
  if (checks) tester = std::move(tester).validate("msg");
  workflow.agent("tester", std::move(tester).work(1ms).makes("report").finish(success));
  return workflow.check(std::move(check));
}
const sim::Verified by_tester{.by = {{"tester"}}};

Workflow bounded_tester(std::vector<std::string> can) {
  Workflow workflow = quick();
  workflow.agent("coder", program().send("tester", "task").receive("code"));
  workflow.agent("tester",
                 AgentSpec{.program = program().receive("task").work(1ms).makes("patch").send("coder", "code"),
                           .role = "reviewer",
                           .can = std::move(can)});
  return workflow.check("roles");
}

}  // namespace

TEST_SUITE("verified") {
  TEST_CASE("work that nobody has looked at when the end is reported") {
    CHECK(judged(reviewed(true, true, by_tester)).found.empty());
    const Verdicts unseen = judged(reviewed(false, true, by_tester));
    CHECK(unseen.found == Lines{"verified: code of coder"});
    CHECK(unseen.reasons == Lines{"coder has made code, and at the end nobody has checked it"});
  }

  TEST_CASE("without a name everybody's work is to be checked, by anybody") {
    CHECK(judged(reviewed(true, true)).found == Lines{"verified: report of tester"});
  }

  TEST_CASE("a check by somebody else does not count, and after a failure nothing has to be checked") {
    CHECK(judged(reviewed(true, true, {.by = {{"coder"}}})).found == Lines{"verified: report of tester"});
    CHECK(judged(reviewed(false, false, by_tester)).found.empty());
  }
}

TEST_SUITE("roles") {
  TEST_CASE("who does what it may not") {
    CHECK(judged(bounded_tester({"code", "patch"})).found.empty());
    const Verdicts beyond = judged(bounded_tester({"task"}));
    CHECK(beyond.found == Lines{"roles: tester makes patch", "roles: tester sends code"});
    CHECK(beyond.reasons == Lines{"tester (reviewer) makes patch; what it may is task",
                                  "tester (reviewer) sends code; what it may is task"});
  }

  TEST_CASE("tools and keys are deeds too") {
    Workflow workflow = quick();
    workflow.key("plan", quick_key(0)).tool("deploy");
    workflow.agent("coder",
                   AgentSpec{.program = program().write("plan", 1).call("deploy"), .can = std::vector<std::string>{}});
    CHECK(judged(workflow.check("roles")).found == Lines{"roles: coder writes plan", "roles: coder calls deploy"});
  }

  TEST_CASE("a word that names nothing is an error") {
    CHECK(bounded_tester({"coder"}).build().text() ==
          "tester: it can 'coder', which is no topic, tool, key or work; did you mean 'code'?\n");
  }
}

}  // namespace squall::invariants
