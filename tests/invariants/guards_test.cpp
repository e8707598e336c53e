// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The coder's tool runs once the guard, which takes as long as it takes, may or may not have looked.
Workflow guarded(sim::Duration looks, sim::GuardBeforeEffect check, bool accepts = true) {
  Workflow workflow = quick();
  workflow.tool("deploy").tool("lint");
  workflow.agent("coder", program().call("lint").sleep(20ms).call("deploy"));
  workflow.agent("guard", program().work(looks).finish(accepts));
  return workflow.check(std::move(check));
}
const sim::GuardBeforeEffect by_guard{.tools = {{"deploy"}}, .guard = {{"guard"}}};

/// A room is booked, and then nothing else works out.
Workflow journey(bool undoes) {
  Workflow workflow = quick();
  workflow.tool("booking", {.undone_by = "cancellation"}).tool("cancellation");
  Program trip = program().call("booking", {}, {.undo = program().call("cancellation")}).fail("no flight");
  if (!undoes) trip = program().call("booking").fail("no flight");
  workflow.agent("traveller", program().block(std::move(trip), {.otherwise = program().finish(false)}));
  return workflow.check("compensation");
}

}  // namespace

TEST_SUITE("guard-before-effect") {
  TEST_CASE("an effect before its guard has accepted") {
    CHECK(judged(guarded(5ms, by_guard)).found.empty());
    const Verdicts early = judged(guarded(50ms, by_guard));
    CHECK(early.found == Lines{"guard-before-effect: deploy by coder"});
    CHECK(early.reasons == Lines{"deploy happens for coder, and guard has not accepted"});
  }

  TEST_CASE("a guard that has reported failure has not accepted") {
    CHECK(judged(guarded(5ms, by_guard, false)).found == Lines{"guard-before-effect: deploy by coder"});
  }

  TEST_CASE("the end of a branch of the guard is not the end of its look") {
    Workflow workflow = quick();
    workflow.tool("deploy");
    workflow.agent("coder", program().sleep(20ms).call("deploy"));
    workflow.agent("guard",
                   program().parallel({{"quick", program().work(1ms)}, {"slow", program().work(50ms)}}).finish());
    CHECK(judged(workflow.check(by_guard)).found == Lines{"guard-before-effect: deploy by coder"});
  }

  TEST_CASE("without a named guard a check that lets pass will do") {
    const auto checked = [](bool first) {
      Workflow workflow = quick();
      workflow.tool("deploy");
      const Program check = program().work(1ms).makes("code").validate("code");
      workflow.agent("coder", first ? program().block(check).call("deploy") : program().call("deploy").block(check));
      return judged(workflow.check("guard-before-effect")).found;
    };
    CHECK(checked(true).empty());
    CHECK(checked(false) == Lines{"guard-before-effect: deploy by coder"});
  }
}

TEST_SUITE("compensation") {
  TEST_CASE("what was done for an instance that fails has to be undone") {
    CHECK(judged(journey(true)).found.empty());
    const Verdicts left = judged(journey(false));
    CHECK(left.found == Lines{"compensation: booking for traveller"});
    CHECK(left.reasons ==
          Lines{"booking has happened for traveller, the instance has failed, and cancellation has not undone it"});
  }

  TEST_CASE("an instance that succeeds keeps what it has") {
    Workflow workflow = quick();
    workflow.tool("booking", {.undone_by = "cancellation"}).tool("cancellation");
    workflow.agent("traveller", program().call("booking").finish());
    CHECK(judged(workflow.check("compensation")).found.empty());
  }

  TEST_CASE("a second effect of a retried call is not undone with the first") {
    Workflow workflow = quick();
    workflow.tool("booking", {.latency = sim::Distribution::constant(10ms), .undone_by = "cancellation"});
    workflow.tool("cancellation");
    workflow.agent("traveller", program().block(program()
                                                    .call("booking", {},
                                                          {.timeout = Time{8ms},
                                                           .retry = Retry{.times = 2},
                                                           .undo = program().call("cancellation"),
                                                           .otherwise = program().sleep(1s).fail("no answer")})
                                                    .fail("no flight"),
                                                {.otherwise = program().finish(false)}));
    CHECK(judged(workflow.check("compensation")).found == Lines{"compensation: booking for traveller"});
  }
}

}  // namespace squall::invariants
