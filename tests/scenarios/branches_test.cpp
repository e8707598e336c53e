// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/effort.hpp"
#include "tests/scenarios/play.hpp"

namespace squall::scenarios {
namespace {

Lines timed_program(const Program& one) {
  Workflow workflow{"test"};
  workflow.agent("one", one);
  return timed(workflow);
}

}  // namespace

TEST_SUITE("parallel") {
  TEST_CASE("all branches run at once, and the program goes on when all have ended") {
    CHECK(timed_program(program()
                            .parallel({{"a", program().work(5ms).emit("a")}, {"b", program().work(3ms).emit("b")}})
                            .emit("after")) == Lines{"3ms one says b", "3ms one ended", "5ms one says a",
                                                     "5ms one ended", "5ms one says after", "5ms one ended"});
  }

  TEST_CASE("a branch begins with a copy of the variables; what it changes does not come back") {
    CHECK(timed_program(program()
                            .set("n", 1)
                            .parallel({{"a", program().set("n", var("n") + 1).emit("n", var("n"))}})
                            .emit("n", var("n"))) ==
          Lines{"0ms one says n 2", "0ms one ended", "0ms one says n 1", "0ms one ended"});
  }

  TEST_CASE("what a branch has seen comes back at the join") {
    const Program unsound = program().work(1ms).makes("piece", {}, sim::Probability{1'000'000});
    CHECK(timed_program(program().parallel({{"a", unsound}}).work(1ms).makes("whole").validate("whole")) ==
          Lines{"1ms one ended", "2ms one failed: unsound"});
  }

  TEST_CASE("fail-fast: the first failure cancels the rest, awaits their finally, and fails the step with it") {
    const Program slow = program().block(program().work(20ms), {.finally = program().work(4ms).emit("cleaned")});
    CHECK(timed_program(program().parallel(
              {{"bad", program().work(5ms).fail_with("broken")}, {"slow", slow}}, {},
              {.otherwise = program().if_(var("error.name") == "broken", program().emit("caught"))})) ==
          Lines{"5ms one failed: broken", "9ms one says cleaned", "9ms one failed: cancelled", "9ms one says caught",
                "9ms one ended"});
  }

  TEST_CASE("collect never fails, and says how many did") {
    CHECK(
        timed_program(program()
                          .parallel({{"bad", program().fail("x")}, {"good", program().work(2ms)}, {"fine", program()}},
                                    {.failure = Failure::collect}, {.as = "r"})
                          .emit("ok", var("r.ok"))
                          .emit("failed", var("r.failed")))
            .back() == "2ms one ended");
    const Lines lines = said(
        program()
            .parallel({{"bad", program().fail("x")}, {"good", program()}}, {.failure = Failure::collect}, {.as = "r"})
            .emit("ok", var("r.ok"))
            .emit("failed", var("r.failed")));
    CHECK(lines == Lines{"one failed: failed", "one ended", "one says ok 1", "one says failed 1", "one ended"});
  }

  TEST_CASE("any: the first success is enough, the rest is cancelled") {
    CHECK(timed_program(program()
                            .parallel({{"a", program().work(9ms).emit("never")}, {"b", program().work(3ms).emit("b")}},
                                      {.join = join_any})
                            .emit("after")) ==
          Lines{"3ms one says b", "3ms one ended", "3ms one failed: cancelled", "3ms one says after", "3ms one ended"});
  }

  TEST_CASE("so many successes: failures are borne until it becomes impossible") {
    const auto votes = [](std::vector<bool> good) {
      std::vector<std::pair<std::string, Program>> branches;
      for (std::size_t b = 0; b < good.size(); ++b) {
        const Program wait = program().work(sim::Duration{(std::int64_t(b) + 1) * 1'000'000});
        branches.emplace_back("voter" + std::to_string(b), good[b] ? wait : Program(wait).fail("no"));
      }
      return timed_program(program().parallel(branches, {.join = 2}).emit("enough")).back();
    };
    CHECK(votes({false, true, true}) == "3ms one ended");
    CHECK(votes({true, true, false}) == "2ms one ended");
    CHECK(votes({false, false, true}) == "2ms one failed: impossible");
  }

  TEST_CASE("a bound around a parallel cancels its branches and strikes when they have ended") {
    const Program slow = program().block(program().work(20ms), {.finally = program().work(2ms).emit("cleaned")});
    CHECK(timed_program(
              program().parallel({{"a", slow}, {"b", slow}}, {},
                                 {.timeout = 5ms, .otherwise = Otherwise{{"timeout", program().emit("late")}}})) ==
          Lines{"7ms one says cleaned", "7ms one failed: cancelled", "7ms one says cleaned",
                "7ms one failed: cancelled", "7ms one says late", "7ms one ended"});
  }

  TEST_CASE("an outer bound that strikes while branches are being awaited leads further out") {
    const Program slow = program().block(program().work(20ms), {.finally = program().work(9ms).emit("cleaned")});
    const Program inner = program().parallel({{"a", slow}}, {}, {.timeout = 5ms, .otherwise = program().emit("inner")});
    CHECK(timed_program(program().block(inner, {.timeout = 8ms, .otherwise = program().emit("outer")})) ==
          Lines{"14ms one says cleaned", "14ms one failed: cancelled", "14ms one says outer", "14ms one ended"});
  }

  TEST_CASE("branches in branches: a failure cancels the whole tree") {
    const Program leaf = program().block(program().work(20ms), {.finally = program().emit("leaf cleaned")});
    CHECK(timed_program(program().parallel(
              {{"bad", program().work(5ms).fail_with("broken")}, {"deep", program().parallel({{"leaf", leaf}})}})) ==
          Lines{"5ms one failed: broken", "5ms one says leaf cleaned", "5ms one failed: cancelled",
                "5ms one failed: cancelled", "5ms one failed: broken"});
  }

  TEST_CASE("branches draw by their names: adding one leaves the others' draws alone") {
    const auto ends = [](bool with_more) {
      Workflow workflow{"test"};
      std::vector<std::pair<std::string, Program>> branches{
          {"a", program().work(uniform(1ms, 1s)).emit("a", var("now"))},
          {"b", program().work(uniform(1ms, 1s)).emit("b", var("now"))}};
      if (with_more) branches.insert(branches.begin(), {"more", program().sleep(2s)});
      workflow.agent("one", program().parallel(branches));
      Lines lines;
      for (const std::string& line : play(workflow).lines) {
        if (line.find("says") != std::string::npos) lines.push_back(line);
      }
      return lines;
    };
    CHECK(ends(false) == ends(true));
    CHECK(ends(false)[0].substr(11) != ends(false)[1].substr(11));
  }

  TEST_CASE("a step of a branch draws anew in each execution of its parallel") {
    Workflow workflow{"test"};
    workflow.agent(
        "one", program().repeat(program().parallel({{"a", program().work(uniform(1ms, 1s))}}).emit("now", var("now")),
                                {.times = 2}));
    const Lines lines = play(workflow).lines;
    const auto at = [&](std::size_t line) { return std::stoll(lines[line].substr(lines[line].rfind(' '))); };
    CHECK(at(3) - at(1) != at(1));
  }
}

TEST_SUITE("map") {
  TEST_CASE("map runs its body for each number of a range, both ends included") {
    CHECK(said(program().map({.from = 3, .to = 5, .item = "i"}, program().emit("i", var("i"))).emit("after")) ==
          Lines{"one says i 3", "one ended", "one says i 4", "one ended", "one says i 5", "one ended", "one says after",
                "one ended"});
  }

  TEST_CASE("over nothing it succeeds at once") {
    CHECK(said(program().map({.from = 3, .to = 2, .item = "i"}, program().emit("i")).emit("after")) ==
          Lines{"one says after", "one ended"});
    CHECK(said(program().map({.from = 3, .to = 2, .item = "i"}, program().emit("i"), {.join = join_any}))[0] ==
          "one failed: impossible");
  }

  TEST_CASE("a limit lets so many run at once") {
    CHECK(timed_program(
              program().map({.from = 1, .to = 5, .item = "i", .limit = 2}, program().work(10ms).emit("i", var("i")))) ==
          Lines{"10ms one says i 1", "10ms one ended", "10ms one says i 2", "10ms one ended", "20ms one says i 3",
                "20ms one ended", "20ms one says i 4", "20ms one ended", "30ms one says i 5", "30ms one ended",
                "30ms one ended"});
  }

  TEST_CASE("over a list each branch gets one message") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "v", {.with = {{"n", 4}}}).send("two", "v", {.with = {{"n", 6}}}));
    workflow.agent("two", program()
                              .receive(each("v").times(2), {.as = "votes"})
                              .map({.list = "votes", .item = "vote"}, program().emit("n", var("vote.n"))));
    CHECK(play(workflow).lines ==
          Lines{"one ended", "two says n 4", "two ended", "two says n 6", "two ended", "two ended"});
  }

  TEST_CASE("a failure stops what has not begun, and cancels what runs") {
    const Program body =
        program().work(5ms * var("i")).if_(var("i") == 2, program().fail_with("broken")).emit("i", var("i"));
    // The first ends at 5 ms and lets the fourth begin; the second fails at 10 ms.
    CHECK(timed_program(program().map({.from = 1, .to = 9, .item = "i", .limit = 3}, body)) ==
          Lines{"5ms one says i 1", "5ms one ended", "10ms one failed: broken", "10ms one failed: cancelled",
                "10ms one failed: cancelled", "10ms one failed: broken"});
  }

  TEST_CASE("any over a range: the first success ends it") {
    CHECK(timed_program(program().map({.from = 1, .to = 3, .item = "i"},
                                      program().work(10ms - 3ms * var("i")).emit("i", var("i")), {.join = join_any})) ==
          Lines{"1ms one says i 3", "1ms one ended", "1ms one failed: cancelled", "1ms one failed: cancelled",
                "1ms one ended"});
  }

  TEST_CASE("a thousand branches, collected") {
    constexpr std::int64_t branches = effort(1000);
    Workflow workflow{"test"};
    workflow.agent("one", program()
                              .map({.from = 1, .to = branches, .item = "i"},
                                   program().if_(var("i") % 10 == 0, program().fail("x")),
                                   {.failure = Failure::collect}, {.as = "r"})
                              .emit("ok", var("r.ok"))
                              .emit("failed", var("r.failed")));
    const Lines lines = play(workflow).lines;
    CHECK(lines[branches] == "one says ok " + std::to_string(branches * 9 / 10));
    CHECK(lines[branches + 1] == "one says failed " + std::to_string(branches / 10));
  }
}

}  // namespace squall::scenarios
