// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow adders(Guard guard, sim::Reducer reducer = sim::Reducer::last) {
  Workflow workflow = quick();
  KeySpec sum = quick_key(0);
  sum.reducer = reducer;
  workflow.key("sum", sum);
  workflow.agent("adder",
                 {.program = program().update("sum", var("old") + 1, guard, {.otherwise = program()}), .replicas = 2});
  return workflow.check("no-lost-update");
}

}  // namespace

TEST_SUITE("no-lost-update") {
  TEST_CASE("two plain updates at once lose one; guards lose none") {
    CHECK(judged(adders(Guard::cas)).found.empty());
    CHECK(judged(adders(Guard::lock)).found.empty());
    const Verdicts lost = judged(adders(Guard::none));
    CHECK(lost.found == Lines{"no-lost-update: sum, adder over adder"});
    CHECK(lost.reasons == Lines{"adder[1] has read version 0 of sum", "adder[0] has written version 1 since",
                                "adder[1] writes version 2 without having seen it"});
  }

  TEST_CASE("a key that adds loses nothing") { CHECK(judged(adders(Guard::none, sim::Reducer::sum)).found.empty()); }

  TEST_CASE("two branches of one agent lose updates to each other") {
    const auto branches = [](bool at_once) {
      Workflow workflow = quick();
      workflow.key("sum", quick_key(0));
      const Program add = program().update("sum", var("old") + 1);
      workflow.agent("one", at_once ? program().parallel({{"a", add}, {"b", add}})
                                    : program().block(add).update("sum", var("old") + 1));
      return judged(workflow.check("no-lost-update")).found;
    };
    CHECK(branches(false).empty());
    CHECK(branches(true) == Lines{"no-lost-update: sum, one over one"});
  }

  TEST_CASE("who writes without having read destroys nothing that it ought to know") {
    Workflow workflow = quick();
    workflow.key("state", quick_key(0));
    workflow.agent("one", program().write("state", 1).write("state", 2));
    workflow.agent("two", program().write("state", 3));
    CHECK(judged(workflow.check("no-lost-update")).found.empty());
  }

  TEST_CASE("a branch rests on what its parent has read, and on what it has written itself") {
    const auto branch = [](bool disturbed) {
      Workflow workflow = quick();
      workflow.key("state", quick_key(0));
      workflow.agent(
          "one", program().read("state").parallel({{"a", program().sleep(10ms).write("state", 1).write("state", 2)}}));
      if (disturbed) workflow.agent("two", program().sleep(5ms).write("state", 3));
      return judged(workflow.check("no-lost-update")).found;
    };
    CHECK(branch(false).empty());
    CHECK(branch(true) == Lines{"no-lost-update: state, one over two"});
  }

  TEST_CASE("a write that is acknowledged and not kept") {
    Workflow workflow = quick();
    workflow.key("state", quick_key(0));
    workflow.agent("one", program().write("state", 1));
    workflow.check("no-lost-update");
    const StrikeBy lost{sim::Strike::context, [](sim::World&, const sim::Target& target) {
                          return sim::Verdict{.drop = target.operation == sim::Operation::write};
                        }};
    CHECK(judged(workflow).found.empty());
    CHECK(judged(workflow, &lost).found == Lines{"no-lost-update: state, one not kept"});
  }

  TEST_CASE("explored worlds find it as well") {
    CHECK(explored(adders(Guard::none)) == Lines{"no-lost-update"});
    CHECK(explored(adders(Guard::cas)).empty());
  }
}

}  // namespace squall::invariants
