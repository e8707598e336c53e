// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/scenarios/play.hpp"

namespace squall::scenarios {
namespace {

Lines timed_program(const Program& one) {
  Workflow workflow{"test"};
  workflow.agent("one", one);
  return timed(workflow);
}

/// Somebody must be able to send what is waited for, or the workflow is not built: here, an agent that never does.
Workflow waiting(const Program& one) {
  Workflow workflow = quick();
  workflow.agent("one", one);
  workflow.agent("other", program().if_(0, program().send("one", "never")));
  return workflow;
}

}  // namespace

TEST_SUITE("failures") {
  TEST_CASE("a failure skips the rest of the program, which ends failed") {
    CHECK(said(program().emit("a").fail("no reason").emit("b")) == Lines{"one says a", "one failed: failed"});
    CHECK(said(program().fail_with("broken")) == Lines{"one failed: broken"});
  }

  TEST_CASE("otherwise runs when its step failed, then the program goes on after the step") {
    CHECK(said(program()
                   .block(program().fail("x").emit("never"), {.otherwise = program().emit("caught")})
                   .emit("after")) == Lines{"one says caught", "one says after", "one ended"});
    CHECK(said(program().block(program().emit("fine"), {.otherwise = program().emit("caught")})) ==
          Lines{"one says fine", "one ended"});
  }

  TEST_CASE("an empty otherwise swallows the failure") {
    CHECK(said(program().fail("x", {.otherwise = program()}).emit("after")) == Lines{"one says after", "one ended"});
  }

  TEST_CASE("otherwise by name takes that error, any takes the rest, and what nobody takes goes further out") {
    const auto failing = [](const char* error) {
      return said(program().block(program().block(program().if_(0, program().fail_with("bad")).fail_with(error),
                                                  {.otherwise = Otherwise{{"bad", program().emit("bad")},
                                                                          {"unavailable", program().emit("away")}}}),
                                  {.otherwise = program().emit("outer")}))[0];
    };
    CHECK(failing("bad") == "one says bad");
    CHECK(failing("unavailable") == "one says away");
    CHECK(said(program().block(
              program().block(program().fail_with("worse"), {.otherwise = Otherwise{{"timeout", program()}}}),
              {.otherwise = program().emit("outer")}))[0] == "one says outer");
    CHECK(said(program().block(program().fail_with("worse"),
                               {.otherwise = Otherwise{{"any", program().emit("any")},
                                                       {"timeout", program().emit("late")}}}))[0] == "one says any");
  }

  TEST_CASE("a failure inside otherwise goes to the next scope out") {
    CHECK(
        said(program().block(program().fail("x", {.otherwise = program().fail_with("second")}),
                             {.otherwise = program().if_(var("error.name") == "second", program().emit("second"))})) ==
        Lines{"one says second", "one ended"});
  }

  TEST_CASE("error says its name, from whom it came, and because of what") {
    CHECK(
        said(program().fail_with("broken", "it was old",
                                 {.otherwise = program()
                                                   .if_(var("error.name") == "broken", program().emit("name"))
                                                   .if_(var("error.because") == "it was old", program().emit("because"))
                                                   .if_(var("error.from") == var("self"), program().emit("from"))})) ==
        Lines{"one says name", "one says because", "one says from", "one ended"});
  }

  TEST_CASE("error belongs to its own otherwise, also after another one inside it") {
    const Program inner = program().fail_with("inner", "", {.otherwise = program()});
    CHECK(said(program().fail_with(
              "outer", "", {.otherwise = Program(inner).if_(var("error.name") == "outer", program().emit("outer"))})) ==
          Lines{"one says outer", "one ended"});
  }

  TEST_CASE("finally runs after success and after failure, and the failure goes on") {
    CHECK(said(program().block(program().emit("a"), {.finally = program().emit("last")}).emit("after")) ==
          Lines{"one says a", "one says last", "one says after", "one ended"});
    CHECK(said(program().block(program().fail("x"), {.finally = program().emit("last")}).emit("after")) ==
          Lines{"one says last", "one failed: failed"});
  }

  TEST_CASE("otherwise runs before finally") {
    CHECK(said(program()
                   .fail("x", {.otherwise = program().emit("caught"), .finally = program().emit("last")})
                   .emit("after")) == Lines{"one says caught", "one says last", "one says after", "one ended"});
    CHECK(said(program().fail("x", {.otherwise = program().fail_with("again"), .finally = program().emit("last")})) ==
          Lines{"one says last", "one failed: again"});
  }

  TEST_CASE("a finally that takes time keeps the failure until it is over") {
    CHECK(timed_program(program().block(program().fail_with("broken"), {.finally = program().work(5ms)})) ==
          Lines{"5ms one failed: broken"});
  }

  TEST_CASE("finish runs every finally around it, but no otherwise and no undo") {
    const Program inside = program().set("n", 1, {.undo = program().emit("undone")}).finish().emit("never");
    CHECK(said(program().block(
              program().block(inside, {.otherwise = program().emit("caught"), .finally = program().emit("inner")}),
              {.finally = program().emit("outer")})) ==
          Lines{"one reports success", "one says inner", "one says outer", "one ended"});
  }

  TEST_CASE("a failure inside a finally replaces the first one") {
    CHECK(said(program().block(program().fail_with("first"), {.finally = program().fail_with("second")})) ==
          Lines{"one failed: second"});
  }
}

TEST_SUITE("timeout and deadline") {
  TEST_CASE("a timeout ends a wait and fails it, at that time") {
    CHECK(timed(waiting(program().receive("never", {.timeout = 7ms, .otherwise = program().emit("late")}))) ==
          Lines{"0ms other ended", "7ms one says late", "7ms one ended"});
    CHECK(timed(waiting(program().receive("never", {.timeout = 7ms}))) ==
          Lines{"0ms other ended", "7ms one failed: timeout"});
  }

  TEST_CASE("a step that ends in time is not struck later") {
    Workflow workflow = quick();
    workflow.agent("one", program().receive("m", {.timeout = 7ms}).sleep(20ms));
    workflow.agent("two", program().send("one", "m"));
    CHECK(timed(workflow) == Lines{"0ms two ended", "21ms one ended"});
  }

  TEST_CASE("a timeout cuts work short, and the artifact is not made") {
    CHECK(timed_program(program().work(10ms, {.timeout = 4ms, .otherwise = program().emit("late")})) ==
          Lines{"4ms one says late", "4ms one ended"});
  }

  TEST_CASE("the bound of a block cuts short what is inside: there it is a cancellation, at the block a timeout") {
    const Program inner = program().work(
        10ms, {.otherwise = Otherwise{{"any", program().emit("never")}}, .finally = program().emit("cleaned")});
    CHECK(timed_program(
              program().block(inner, {.timeout = 4ms, .otherwise = Otherwise{{"timeout", program().emit("late")}}})) ==
          Lines{"4ms one says cleaned", "4ms one says late", "4ms one ended"});
  }

  TEST_CASE("of nested bounds the outer one goes past the inner one's otherwise") {
    const Program inner = program().work(10ms, {.timeout = 20ms, .otherwise = program().emit("inner")});
    CHECK(timed_program(program().block(inner, {.timeout = 4ms, .otherwise = program().emit("outer")})) ==
          Lines{"4ms one says outer", "4ms one ended"});
    const Program sooner = program().work(10ms, {.timeout = 3ms, .otherwise = program().emit("inner")});
    CHECK(timed_program(program().block(sooner, {.timeout = 4ms, .otherwise = program().emit("outer")})) ==
          Lines{"3ms one says inner", "3ms one ended"});
  }

  TEST_CASE("a bound inside a finally works while an outer one is what unwinds") {
    const Program cleaning = program().receive("never", {.timeout = 2ms, .otherwise = program().emit("gave up")});
    CHECK(timed(waiting(program().block(program().work(10ms, {.finally = cleaning}),
                                        {.timeout = 4ms, .otherwise = program().emit("late")}))) ==
          Lines{"0ms other ended", "6ms one says gave up", "6ms one says late", "6ms one ended"});
  }

  TEST_CASE("a drawn timeout is drawn at each use") {
    Workflow workflow = waiting(program().repeat(
        program().receive("never", {.timeout = uniform(1ms, 1s), .otherwise = program().emit("ns", var("now"))}),
        {.times = 2}));
    const Lines lines = play(workflow).lines;
    const auto at = [&](std::size_t line) { return std::stoll(lines[line].substr(lines[line].rfind(' '))); };
    CHECK(at(1) >= 1'000'000);
    CHECK(at(2) - at(1) != at(1));
  }

  TEST_CASE("a computed timeout is computed") {
    CHECK(timed(waiting(program().set("limit", 3ms).receive("never", {.timeout = var("limit") * 2}))) ==
          Lines{"0ms other ended", "6ms one failed: timeout"});
  }

  TEST_CASE("timeout bounds each attempt, deadline all of them together") {
    const Retry often{.times = 10};
    CHECK(timed(waiting(program().receive("never", {.timeout = 2ms, .retry = Retry{.times = 3}}))) ==
          Lines{"0ms other ended", "6ms one failed: timeout"});
    CHECK(timed(waiting(program().receive("never", {.timeout = 2ms, .retry = often, .deadline = 5ms}))) ==
          Lines{"0ms other ended", "5ms one failed: timeout"});
  }
}

TEST_SUITE("retry") {
  TEST_CASE("times counts all attempts") {
    CHECK(said(program().set("n", 0).block(program().set("n", var("n") + 1).emit("try", var("n")).fail("x"),
                                           {.retry = Retry{.times = 3}})) ==
          Lines{"one says try 1", "one says try 2", "one says try 3", "one failed: failed"});
  }

  TEST_CASE("an attempt that succeeds ends it") {
    CHECK(said(program()
                   .set("n", 0)
                   .block(program().set("n", var("n") + 1).if_(var("n") < 2, program().fail("x")),
                          {.retry = Retry{.times = 5}})
                   .emit("n", var("n"))) == Lines{"one says n 2", "one ended"});
  }

  TEST_CASE("backoff waits, grows by its factor, and stops growing at its maximum") {
    const auto fails_at = [](const Retry& retry) { return timed_program(program().fail("x", {.retry = retry}))[0]; };
    CHECK(fails_at({.times = 3, .backoff = 5ms}) == "10ms one failed: failed");
    CHECK(fails_at({.times = 4, .backoff = 5ms, .factor = 2}) == "35ms one failed: failed");  // 5 + 10 + 20
    CHECK(fails_at({.times = 5, .backoff = 5ms, .factor = 2, .max = 12ms}) ==
          "39ms one failed: failed");  // 5 + 10 + 12 + 12
  }

  TEST_CASE("jitter draws the wait: full from nothing to all of it, equal from half to all") {
    const auto ends = [](Retry::Jitter jitter, std::uint64_t seed) {
      Workflow workflow{"test"};
      workflow.agent("one", program().fail("x", {.retry = Retry{.times = 2, .backoff = 1s, .jitter = jitter}}));
      return play(workflow, sim::Seed{seed}).time;
    };
    sim::Duration least = 1s, most = 0s;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const sim::Duration full = ends(Retry::Jitter::full, seed);
      least = std::min(least, full);
      most = std::max(most, full);
      const sim::Duration equal = ends(Retry::Jitter::equal, seed);
      CHECK(equal >= 500ms);
      CHECK(equal <= 1s);
    }
    CHECK(least < 100ms);  // with 100 draws the least is below 10 % but for a chance of 0.9^100 = 3e-5
    CHECK(most > 900ms);
    CHECK(most <= 1s);
  }

  TEST_CASE("on limits what is tried again") {
    CHECK(said(program().block(program().emit("try").fail_with("bad"),
                               {.retry = Retry{.times = 3, .on = {"timeout"}}})) ==
          Lines{"one says try", "one failed: bad"});
    CHECK(said(program().block(program().emit("try").fail_with("bad"),
                               {.retry = Retry{.times = 2, .on = {"timeout", "bad"}}})) ==
          Lines{"one says try", "one says try", "one failed: bad"});
  }

  TEST_CASE("a budget stops retries that are too great a part of all attempts") {
    // Ten steps, each failing once unless its retry is allowed. At 20 % the 5th of them earns the first retry, the 10th the second.
    const Program flaky =
        program().block(program().emit("try").fail("x"),
                        {.retry = Retry{.times = 2, .budget = sim::Probability{200'000}}, .otherwise = program()});
    const Lines lines = said(program().repeat(flaky, {.times = 10}));
    CHECK(std::count(lines.begin(), lines.end(), "one says try") == 12);
  }

  TEST_CASE("a retry nested in a retry multiplies the attempts") {
    const Program inner = program().block(program().emit("try").fail("x"), {.retry = Retry{.times = 2}});
    const Lines lines = said(program().block(inner, {.retry = Retry{.times = 3}}));
    CHECK(std::count(lines.begin(), lines.end(), "one says try") == 6);
  }
}

TEST_SUITE("undo") {
  TEST_CASE("steps that succeeded are undone, newest first, when their block fails, before its otherwise") {
    const Program saga = program()
                             .emit("a", 0, {.undo = program().emit("undo a")})
                             .emit("b", 0, {.undo = program().emit("undo b")})
                             .fail("x")
                             .emit("c", 0, {.undo = program().emit("undo c")});
    CHECK(said(program().block(saga, {.otherwise = program().emit("caught")})) ==
          Lines{"one says a", "one says b", "one says undo b", "one says undo a", "one says caught", "one ended"});
  }

  TEST_CASE("nothing is undone when the block succeeds") {
    CHECK(said(program().block(program().emit("a", 0, {.undo = program().emit("undo a")})).fail("later")) ==
          Lines{"one says a", "one failed: failed"});
  }

  TEST_CASE("the program itself is a block") {
    CHECK(said(program().emit("a", 0, {.undo = program().emit("undo a")}).fail("x")) ==
          Lines{"one says a", "one says undo a", "one failed: failed"});
  }

  TEST_CASE("what a loop did is undone as often as it was done") {
    CHECK(said(program().repeat(program().emit("a", 0, {.undo = program().emit("undo a")}), {.times = 2}).fail("x")) ==
          Lines{"one says a", "one says a", "one says undo a", "one says undo a", "one failed: failed"});
  }

  TEST_CASE("an undo that fails keeps no other from being undone, and the first failure stays") {
    CHECK(said(program()
                   .emit("a", 0, {.undo = program().emit("undo a")})
                   .emit("b", 0, {.undo = program().fail_with("worse")})
                   .fail_with("first")) == Lines{"one says a", "one says b", "one says undo a", "one failed: first"});
  }

  TEST_CASE("a block that is tried again does not undo in between") {
    const Program saga = program().emit("a", 0, {.undo = program().emit("undo a")}).fail("x");
    CHECK(said(program().block(saga, {.retry = Retry{.times = 2}})) ==
          Lines{"one says a", "one says a", "one says undo a", "one says undo a", "one failed: failed"});
  }

  TEST_CASE("a block cut short by a bound is undone, in its own time") {
    const Program saga = program().emit("a", 0, {.undo = program().work(3ms).emit("undone")}).work(10ms);
    CHECK(
        timed_program(program().block(program().block(saga), {.timeout = 4ms, .otherwise = program().emit("late")})) ==
        Lines{"0ms one says a", "7ms one says undone", "7ms one says late", "7ms one ended"});
  }

  TEST_CASE("more than 15 undos in one block are refused") {
    Program many;
    for (int i = 0; i < 16; ++i) many.emit("a", 0, {.undo = program()});
    Workflow workflow{"test"};
    workflow.agent("one", many);
    const Built built = workflow.build();
    REQUIRE(built.errors.size() == 1);
    CHECK(built.errors[0].what == "a block has more than 15 steps with `undo`");
  }
}

}  // namespace squall::scenarios
