// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/play.hpp"

/// Fields nest in one order: timeout, retry, deadline, undo, otherwise, finally, from the inside out.
namespace squall::scenarios {
namespace {

Workflow with_slow_tool(const Program& one, sim::Duration latency = 10ms) {
  Workflow workflow{"test"};
  workflow.tool("t", {.latency = sim::Distribution::constant(latency)});
  workflow.agent("one", one);
  return workflow;
}

}  // namespace

TEST_SUITE("order of the fields") {
  TEST_CASE("all of them at one step") {
    // Two attempts of 3 ms each, then the deadline has 4 ms left but the attempts are used up: the call ends unknown at
    // 6 ms and is registered with the block. Its otherwise fails, its finally runs, and only then the block is undone.
    const Fields all{.timeout = 3ms,
                     .retry = Retry{.times = 2},
                     .deadline = 10ms,
                     .undo = program().emit("undone"),
                     .otherwise = Otherwise{{"timeout", program().emit("otherwise").fail_with("bad")}},
                     .finally = program().emit("finally")};
    CHECK(timed(with_slow_tool(program().block(program().call("t", {}, all),
                                               {.otherwise = Otherwise{{"bad", program().emit("caught")}}}))) ==
          Lines{"6ms one says otherwise", "6ms one says finally", "6ms one says undone", "6ms one says caught",
                "6ms one ended"});
  }

  TEST_CASE("deadline lies outside of retry: it ends a backoff as well") {
    CHECK(timed(with_slow_tool(program().fail("x", {.retry = Retry{.times = 5, .backoff = 100ms}, .deadline = 5ms}))) ==
          Lines{"5ms one failed: timeout"});
  }

  TEST_CASE("undo lies outside of deadline: a call that the deadline ended is undone") {
    CHECK(timed(with_slow_tool(program().call("t", {}, {.deadline = 4ms, .undo = program().emit("undone")}))) ==
          Lines{"4ms one says undone", "4ms one failed: timeout"});
  }

  TEST_CASE("a call that was cut short from outside ended unknown as well, and is undone") {
    const Program call = program().call("t", {}, {.undo = program().emit("undone")});
    CHECK(timed(with_slow_tool(program().block(call, {.timeout = 4ms, .otherwise = program().emit("late")}))) ==
          Lines{"4ms one says undone", "4ms one says late", "4ms one ended"});
    // Its pair: the call is over in time, and something else is cut short. Undone for having succeeded.
    CHECK(timed(with_slow_tool(program().block(Program(call).work(20ms), {.timeout = 14ms, .otherwise = program()}))) ==
          Lines{"14ms one says undone", "14ms one ended"});
    // And one whose failure is known: nothing happened, so nothing is undone.
    Workflow refused{"test"};
    refused.tool("t", {.error = sim::Probability{1'000'000}});
    refused.agent("one", program().block(call, {.timeout = 4ms, .otherwise = program().emit("refused")}));
    CHECK(timed(refused) == Lines{"0ms one says refused", "0ms one ended"});
  }

  TEST_CASE("undo lies inside of otherwise: what failed and was made good is not undone") {
    const Program steps = program()
                              .emit("a", 0, {.undo = program().emit("undo a")})
                              .fail("x", {.undo = program().emit("never"), .otherwise = program().emit("made good")})
                              .fail("y");
    CHECK(said(steps) == Lines{"one says a", "one says made good", "one says undo a", "one failed: failed"});
  }

  TEST_CASE("timeout lies inside of retry, deadline outside: a second attempt has a new timeout and the old deadline") {
    CHECK(
        timed(with_slow_tool(program().call("t", {}, {.timeout = 4ms, .retry = Retry{.times = 9}, .deadline = 9ms}))) ==
        Lines{"9ms one failed: timeout"});
  }

  TEST_CASE("finally lies outside of otherwise, and runs once however many attempts there were") {
    CHECK(said(program().fail("x", {.retry = Retry{.times = 3},
                                    .otherwise = program().emit("otherwise"),
                                    .finally = program().emit("finally")})) ==
          Lines{"one says otherwise", "one says finally", "one ended"});
  }
}

TEST_SUITE("hints to wait") {
  TEST_CASE("a rate limit says when to come again, and a retry with a hint waits so long") {
    // One call in 10 ms: the second one, at 0 ms, may come again at 10.
    const auto second_call = [](const Retry& retry) {
      Workflow workflow{"test"};
      workflow.tool("t", {.limit = {{1, 10ms}}});
      workflow.agent("one", program().call("t").call("t", {}, {.retry = retry}).emit("through"));
      return timed(workflow);
    };
    CHECK(second_call({.times = 2, .hint = true}) == Lines{"10ms one says through", "10ms one ended"});
    CHECK(second_call({.times = 2, .backoff = 3ms, .hint = true}) == Lines{"10ms one says through", "10ms one ended"});
    CHECK(second_call({.times = 2, .backoff = 25ms, .hint = true}) == Lines{"25ms one says through", "25ms one ended"});
    CHECK(second_call({.times = 2, .backoff = 3ms}) == Lines{"3ms one failed: rate-limited"});
  }

  TEST_CASE("an otherwise sees it as error.retry_after, which is nothing for other errors") {
    const Otherwise tell{program().emit("wait", var("error.retry_after"))};
    Workflow tool{"test"};
    tool.tool("t", {.limit = {{1, 10ms}}});
    tool.agent("one", program().call("t").sleep(4ms).call("t", {}, {.otherwise = tell}).fail("x", {.otherwise = tell}));
    CHECK(timed(tool) == Lines{"4ms one says wait 6000000", "4ms one says wait", "4ms one ended"});
    Workflow window{"test"};
    window.resource("r", {.kind = sim::ResourceInfo::Kind::window, .slots = 1, .period = 10ms});
    window.agent("one", program().sleep(3ms).acquire("r").acquire("r", {.otherwise = tell}));
    CHECK(timed(window) == Lines{"3ms one says wait 7000000", "3ms one ended"});
  }
}

}  // namespace squall::scenarios
