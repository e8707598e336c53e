// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include "tests/sim/wait_stage.hpp"

using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;

TEST_SUITE("wait-for: locks, children, room") {
  TEST_CASE("two locks in opposite order, if each gets its first") {
    Crew crew;
    crew.resource("left");
    crew.resource("right");
    crew.agent("alice", {acquire("left"), work(1s), acquire("right"), release("right"), release("left")});
    crew.agent("bob", {acquire("right"), work(1s), acquire("left"), release("left"), release("right")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"alice waits for right", "bob waits for left"});
    CHECK(only(stage).reasons ==
          Texts{"alice waits for right, which bob holds", "bob waits for left, which alice holds"});
  }

  TEST_CASE("two locks in one order") {
    Crew crew;
    crew.resource("left");
    crew.resource("right");
    for (const char* name : {"alice", "bob"}) {
      crew.agent(name, {acquire("left"), work(1s), acquire("right"), release("right"), release("left")});
    }
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("who stands in line behind a deadlock stands behind it") {
    Crew crew;
    crew.resource("left");
    crew.resource("right");
    crew.agent("alice", {acquire("left"), work(1s), acquire("right"), release("right"), release("left")});
    crew.agent("bob", {acquire("right"), work(1s), acquire("left"), release("left"), release("right")});
    crew.agent("carol", {work(2s), acquire("left"), release("left")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.stuck_names() == Texts{"alice", "bob", "carol"});
    CHECK(stage.found.list().size() == 1);
  }

  TEST_CASE("a lock that its holder never releases") {
    for (const auto frees : {ResourceInfo::Frees::never, ResourceInfo::Frees::on_end}) {
      Crew crew;
      crew.resource("lock", {.frees = frees});
      crew.agent("alice", {acquire("lock"), work(2s)});
      crew.agent("bob", {work(1s), acquire("lock"), release("lock")});
      WaitStage stage{judged(crew)};
      stage.until(1500ms);
      CHECK(stage.stuck().empty() == (frees != ResourceInfo::Frees::never));
      stage.to_the_end();
      CHECK(stage.found.empty() == (frees != ResourceInfo::Frees::never));
      if (!stage.found.empty()) CHECK(only(stage).reasons[1] == "alice took it and is gone");
    }
  }

  TEST_CASE("a lease comes free by itself") {
    Crew crew;
    crew.resource("lease", {.kind = ResourceInfo::Kind::lease, .period = 10s});
    crew.agent("alice", {acquire("lease")});
    crew.agent("bob", {work(1s), acquire("lease")});
    WaitStage stage{judged(crew)};
    stage.until(2s);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("the second in line needs the first to release as well") {
    for (const bool releases : {true, false}) {
      Crew crew;
      crew.resource("lock");
      crew.agent("alice", {acquire("lock"), work(10s), release("lock")});
      crew.agent("bob", {work(1s), acquire("lock"), choose({releases ? 3U : 4U}), release("lock"), end_of()});
      crew.agent("carol", {work(2s), acquire("lock"), release("lock")});
      WaitStage stage{judged(crew)};
      stage.until(3s);
      CHECK(stage.stuck_names() == (releases ? Texts{} : Texts{"carol"}));
    }
  }

  TEST_CASE("a semaphore has room for as many as come free") {
    Crew crew;
    crew.resource("pool", {.kind = ResourceInfo::Kind::semaphore, .slots = 2});
    crew.agent("keeper", {acquire("pool")});                              // keeps its slot for ever
    crew.agent("user", {acquire("pool"), work(1s), release("pool")}, 3);  // the others share the other one
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("branches that wait for each other hang with their parent") {
    Crew crew;
    // 0 fork; 1 end; 2..3 one branch; 4..6 the other
    crew.agent("team", {fork({2, 5}), end_of(), receive("b"), send("team", "a"), end_of(), receive("a"),
                        send("team", "b"), end_of()});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"team waits for b", "team waits for a"});
    CHECK(stage.stuck().rows.size() == 3);
  }

  TEST_CASE("a branch that waits in vain is no trouble while another may decide the join") {
    for (const bool any : {true, false}) {
      Crew crew;
      crew.agent("team", {fork({2, 4}, any), end_of(), receive("never"), end_of(), work(10s), end_of()});
      WaitStage stage{judged(crew)};
      stage.until(5s);
      CHECK(stage.stuck().empty());
      stage.to_the_end();
      CHECK(stage.found.empty() == any);
    }
  }

  TEST_CASE("spawned children, awaited and able to send") {
    Crew crew;
    crew.agent("lead", {spawn("worker", OnParentEnd::wait), receive("result"), join_spawned()});
    crew.spawned("worker", {work(1s), send("lead", "result")});
    WaitStage stage{judged(crew)};
    stage.until(0s);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("who may still be spawned may still send, who may not may not") {
    for (const bool spawns : {true, false}) {
      Crew crew;
      crew.agent("lead", {work(10s), choose({spawns ? 2U : 3U}), spawn("worker"), end_of()});
      crew.agent("boss", {receive("result")});
      crew.spawned("worker", {send("boss", "result")});
      WaitStage stage{judged(crew)};
      stage.until(0s);
      CHECK(stage.stuck().empty() == spawns);
      if (!spawns) continue;
      stage.to_the_end();
      CHECK(stage.found.empty());
    }
  }

  TEST_CASE("a wait that somebody may cancel is not for ever") {
    for (const bool cancels : {true, false}) {
      Crew crew;
      crew.agent("lead", {work(10s), choose({cancels ? 2U : 3U}), cancel("worker"), end_of()});
      crew.agent("worker", {receive("never")});
      WaitStage stage{judged(crew)};
      stage.until(0s);
      CHECK(stage.stuck().empty() == cancels);
      stage.to_the_end();
      CHECK(stage.found.empty() == cancels);
    }
  }

  TEST_CASE("two that wait for room in each other's inbox") {
    Crew crew;
    for (const auto& [name, other] : {std::pair{"alice", "bob"}, std::pair{"bob", "alice"}}) {
      Definition& definition = crew.agent(name, {send(other, "x"), send(other, "x"), receive("x"), receive("x")});
      definition.inbox = 1;
      definition.full = Full::block;
    }
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"alice waits for room at bob", "bob waits for room at alice"});
  }

  TEST_CASE("room that comes because the receiver has waited for what is on its way") {
    Crew crew;
    crew.agent("alice", {send("bob", "x"), send("bob", "x"), send("bob", "x")});
    Definition& bob = crew.agent("bob", {receive("x"), receive("x"), receive("x")});
    bob.inbox = 1;
    bob.full = Full::block;
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("room that comes") {
    Crew crew;
    crew.agent("alice", {send("bob", "x"), send("bob", "x")});
    Definition& bob = crew.agent("bob", {work(1s), receive("x"), receive("x")});
    bob.inbox = 1;
    bob.full = Full::block;
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }
}
