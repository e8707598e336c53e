// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The coder's work goes to the tester, who lets it pass or not, and on to docs.
Workflow line(sim::Probability wrong, sim::Probability false_accept, sim::Containment check = {}) {
  Workflow workflow = quick();
  workflow.agent("coder", program().work(1ms).makes("code", {}, wrong).send("tester", "code"));
  workflow.agent("tester", program()
                               .receive("code")
                               .validate("msg", false_accept, {}, {.otherwise = program().finish(false)})
                               .send("docs", "tested", {.artifact = "msg"}));
  workflow.agent("docs", program().receive("tested", {.timeout = 1s, .otherwise = program()}));
  return workflow.check(check);
}
constexpr sim::Probability always{1'000'000};

}  // namespace

TEST_SUITE("containment") {
  TEST_CASE("unsound work that nobody stops") {
    CHECK(judged(line({}, always)).found.empty());
    const Verdicts spread = judged(line(always, always));
    CHECK(spread.found == Lines{"containment: code of coder at docs"});
    CHECK(spread.reasons == Lines{"code of coder is unsound, and docs takes what rests on it",
                                  "it has reached 2 agents besides its maker, 1 may be"});
    CHECK(judged(line(always, always, {.at_most = 2})).found.empty());
  }

  TEST_CASE("a boundary that it must not pass") {
    CHECK(judged(line({}, {}, {.at_most = 9, .keep_from = {{"docs"}}})).found.empty());
    const Verdicts passed = judged(line(always, always, {.at_most = 9, .keep_from = {{"docs"}}}));
    CHECK(passed.found == Lines{"containment: code of coder at docs"});
    CHECK(passed.reasons[1] == "it is to be kept from unsound work");
  }

  TEST_CASE("what derives from unsound work counts with it, through keys as well") {
    const auto through_key = [](sim::Probability wrong) {
      Workflow workflow = quick();
      workflow.key("code", quick_key());
      workflow.agent("coder", program().work(1ms).makes("code", {}, wrong).write("code"));
      workflow.agent("tester", program().sleep(10ms).read("code").work(1ms).makes("report").send("docs", "report"));
      workflow.agent("docs", program().receive("report"));
      return judged(workflow.check("containment")).found;
    };
    CHECK(through_key({}).empty());
    CHECK(through_key(always) == Lines{"containment: code of coder at docs"});
  }

  TEST_CASE("a name that nobody has is an error") {
    const Built built = line({}, {}, {.keep_from = {{"nobody"}}}).build();
    CHECK(built.text() ==
          "containment: 'keep-from' takes names of agents, and none is called 'nobody'; use a name that is declared\n");
  }
}

}  // namespace squall::invariants
