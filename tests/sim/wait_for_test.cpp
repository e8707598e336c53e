// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include "tests/sim/wait_stage.hpp"

using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;

namespace {

/// The workflow of DESIGN: the tester waits for docs, and the docs wait for tested code.
void feature_team(Crew& crew, SmallOp tester_waits) {
  crew.agent("planner", {work(4s), send("coder", "task"), receive(From{"release", "docs"})});
  crew.agent("coder", {receive("task"), work(30s), send("tester", "code"), within(5min, 5, receive("report")),
                       send("docs", "code"), end_of()});
  crew.agent("tester", {std::move(tester_waits), work(10s), send("coder", "report")});
  crew.agent("docs", {receive("code"), work(6s), send("tester", "docs"), send("planner", "release")});
}

}  // namespace

TEST_SUITE("wait-for: deadlocks of messages") {
  TEST_CASE("the tester waits for docs, the docs wait for tested code: a deadlock through a wait that gives up") {
    Crew crew;
    feature_team(crew, receive_all({{"code"}, {"docs"}}));
    WaitStage stage{judged(crew)};
    stage.until(34s + 1ms);
    CHECK(stage.stuck_names() == Texts{"planner", "tester", "docs"});
    stage.until(6min);  // told when the coder's deadline is about to break it up
    const Violation& deadlock = only(stage);
    CHECK(deadlock.invariant == "deadlock-freedom");
    CHECK(deadlock.cycle);
    CHECK(deadlock.witness == Texts{"tester waits for docs", "docs waits for code", "coder waits for report"});
    // 4 s of planning, 1 ms for the task, 30 s of work: then the coder waits, last of the three.
    CHECK(deadlock.at == Instant{34s + 1ms});
    CHECK(deadlock.reasons == Texts{"tester waits for docs from docs", "docs waits for code from coder",
                                    "coder waits for report from tester (gives up after 5 min)",
                                    "behind: planner waits for release from docs"});
    stage.to_the_end();
    CHECK(stage.found.list().size() == 1);  // what is left of it is no new trouble
  }

  TEST_CASE("its twin that takes code or docs is none") {
    Crew crew;
    feature_team(crew, receive_any({{"code"}, {"docs"}}));
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("the deadlock is found when its last member blocks, though others go on for ever") {
    Crew crew;
    feature_team(crew, receive_all({{"code"}, {"docs"}}));
    crew.agent("clock", {work(100ms), send("listener", "tick"), jump(0)});
    crew.agent("listener", {receive("tick"), jump(0)});
    WaitStage stage{judged(crew)};
    stage.until(34s + 1ms);
    CHECK(stage.stuck_names() == Texts{"planner", "tester", "docs"});
    stage.until(40s);  // 64 events are 3.2 s of ticks
    CHECK(only(stage).at == Instant{34s + 1ms});
  }

  TEST_CASE("two who wait for each other's message") {
    Crew crew;
    crew.agent("alice", {receive("b"), send("bob", "a")});
    crew.agent("bob", {receive("a"), send("alice", "b")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"alice waits for b", "bob waits for a"});
  }

  TEST_CASE("no violation where every wait of the cycle gives up") {
    Crew crew;
    crew.agent("alice", {within(1s, 2, receive("b")), send("bob", "a"), end_of()});
    crew.agent("bob", {within(2s, 2, receive("a")), send("alice", "b"), end_of()});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("a deadline opens the cycle where its other branch supplies what is missing") {
    Crew crew;
    crew.agent("alice", {within(1s, 1, receive("b")), send("bob", "a")});  // sends in either case
    crew.agent("bob", {receive("a"), send("alice", "b")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("any of two is open while one can still come, and closes with it") {
    Crew crew;
    crew.agent("alice", {receive_any({{"b"}, {"c"}}), send("bob", "a")});
    crew.agent("bob", {receive("a"), send("alice", "b")});
    crew.agent("carol", {work(1s), choose({2, 3}), send("alice", "c"), end_of()});
    const Model& model = judged(crew);
    int helped = 0, deadlocked = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      WaitStage stage{model, seed};
      stage.until(900ms);
      CHECK(stage.stuck().empty());
      stage.to_the_end();
      if (stage.found.empty()) {
        ++helped;
      } else {
        ++deadlocked;
        CHECK(only(stage).witness == Texts{"alice waits for b", "bob waits for a"});
      }
    }
    CHECK(helped > 0);
    CHECK(deadlocked > 0);
  }

  TEST_CASE("a message on its way opens the cycle, whoever sent it") {
    Crew crew;
    crew.agent("alice", {receive("b"), send("bob", "a"), receive("b")});
    crew.agent("bob", {receive("a"), send("alice", "b")});
    crew.agent("carol", {send("alice", "b")});
    WaitStage stage{judged(crew)};
    stage.until(0s);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("who waits only for a message of its own waits for itself") {
    Crew crew;
    crew.agent("alice", {receive("a"), send("alice", "a")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).invariant == "deadlock-freedom");
    CHECK(only(stage).reasons == Texts{"alice waits for a from itself"});
  }

  TEST_CASE("a message it sent to itself before is none") {
    Crew crew;
    crew.agent("alice", {send("alice", "a"), receive("a")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("two cycles of one world are two findings, and who waits for one of them stands behind it") {
    Crew crew;
    crew.agent("a1", {receive("x"), send("a2", "y"), send("late", "done")});
    crew.agent("a2", {receive("y"), send("a1", "x")});
    crew.agent("b1", {receive("v"), send("b2", "w")});
    crew.agent("b2", {receive("w"), send("b1", "v")});
    crew.agent("late", {receive("done")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    const StuckWaits stuck = stage.stuck();
    REQUIRE(stuck.deadlocks.size() == 2);
    CHECK(stuck.orphans.empty());
    CHECK(stage.found.list().size() == 2);
    const std::size_t behind_first = stuck.deadlocks[0].behind.size();
    CHECK(behind_first + stuck.deadlocks[1].behind.size() == 1);
  }
}
