// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include "tests/sim/wait_stage.hpp"

using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

namespace {

/// The workflow of DESIGN: the tester waits for docs, and the docs wait for tested code.
void feature_team(Crew& crew, SmallOp tester_waits) {
  crew.agent("planner", {work(4s), send("coder", "task"), receive(From{"release", "docs"})});
  crew.agent("coder", {receive("task"), work(30s), send("tester", "code"), within(5min, 5, receive("report")),
                       send("docs", "code"), end_of()});
  crew.agent("tester", {std::move(tester_waits), work(10s), send("coder", "report")});
  crew.agent("docs", {receive("code"), work(6s), send("tester", "docs"), send("planner", "release")});
}

const Violation& only(const WaitStage& stage) {
  REQUIRE(stage.found.list().size() == 1);
  return stage.found.list()[0];
}

}  // namespace

TEST_SUITE("wait-for: deadlocks of messages") {
  TEST_CASE("the tester waits for docs, the docs wait for tested code: a deadlock through a wait that gives up") {
    Crew crew;
    feature_team(crew, receive_all({{"code"}, {"docs"}}));
    WaitStage stage{judged(crew)};
    stage.until(34s + 1ms);
    CHECK(stage.stuck_names() == Names{"planner", "tester", "docs"});
    stage.until(6min);  // told when the coder's deadline is about to break it up
    const Violation& deadlock = only(stage);
    CHECK(deadlock.invariant == "deadlock-freedom");
    CHECK(deadlock.cycle);
    CHECK(deadlock.witness == Names{"tester waits for docs", "docs waits for code", "coder waits for report"});
    // 4 s of planning, 1 ms for the task, 30 s of work: then the coder waits, last of the three.
    CHECK(deadlock.at == Instant{34s + 1ms});
    CHECK(deadlock.reasons == Names{"tester waits for docs from docs", "docs waits for code from coder",
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
    CHECK(stage.stuck_names() == Names{"planner", "tester", "docs"});
    stage.until(40s);  // 64 events are 3.2 s of ticks
    CHECK(only(stage).at == Instant{34s + 1ms});
  }

  TEST_CASE("two who wait for each other's message") {
    Crew crew;
    crew.agent("alice", {receive("b"), send("bob", "a")});
    crew.agent("bob", {receive("a"), send("alice", "b")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"alice waits for b", "bob waits for a"});
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
        CHECK(only(stage).witness == Names{"alice waits for b", "bob waits for a"});
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
    CHECK(only(stage).reasons == Names{"alice waits for a from itself"});
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

TEST_SUITE("wait-for: servers") {
  TEST_CASE("an idle server is in no cycle: who lost its request is an orphan") {
    Crew crew;
    crew.agent("client", {send("server", "request"), receive("answer")});
    crew.server("server", {send("client", "answer")}, {{"request", 0}});
    const Model& model = judged(crew);
    const Loss loss{model, "request"};
    WaitStage stage{model, 1, &loss};
    stage.to_the_end();
    CHECK(only(stage).invariant == "no-orphaned-wait");
    CHECK(only(stage).witness == Names{"client waits for answer"});
    CHECK(only(stage).reasons == Names{"client waits for answer, and nobody can hand it out any more",
                                       "server could send it, but is idle: nothing that would make it is on its way"});
    WaitStage healthy{model};
    healthy.to_the_end();
    CHECK(healthy.found.empty());
  }

  TEST_CASE("a client whose request is on its way, or could still be sent by another, is none") {
    Crew crew;
    crew.agent("client", {send("server", "request"), receive("answer")});
    crew.agent("helper", {work(10s), send("server", "request")});
    crew.server("server", {send("client", "answer")}, {{"request", 0}});
    const Model& model = judged(crew);
    const Loss loss{model, "request"};
    WaitStage stage{model, 1, &loss};
    stage.until(9s);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("a server that calls back its caller with one handler waits for its own free handler") {
    // The server's handler asks the client for more; the client asks the server before it answers.
    Crew crew;
    crew.agent("client", {ask("server", "order"), end_of()});
    crew.server("server", {ask("helper", "detail"), reply()}, {{"order", 0}});
    crew.server("helper", {ask("server", "order"), reply()}, {{"detail", 0}});
    const Model& model = judged(crew);
    WaitStage stage{model};
    stage.to_the_end();
    CHECK(only(stage).invariant == "deadlock-freedom");
    CHECK(only(stage).witness == Names{"server waits for an answer", "helper waits for an answer"});
    CHECK(stage.stuck_names() == Names{"client", "server", "helper"});
  }

  TEST_CASE("with a second handler it goes on for as long as there is one") {
    Crew crew;
    crew.agent("client", {ask("server", "order"), end_of()});
    crew.server("server", {ask("helper", "detail"), reply()}, {{"order", 0}}, 2);
    crew.server("helper", {reply()}, {{"detail", 0}});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("messages for a server whose one handler is stuck wait for it") {
    Crew crew;
    crew.agent("alice", {send("server", "in"), receive("out"), send("bob", "go")});
    crew.agent("bob", {send("server", "in"), receive("go"), send("server", "more")});
    crew.server("server", {receive("more"), send("alice", "out")}, {{"in", 0}});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).invariant == "deadlock-freedom");
  }

  TEST_CASE("an answer that comes, and one whose server has ended without it") {
    Crew crew;
    crew.agent("client", {ask("good", "q"), ask("bad", "q")});
    crew.server("good", {work(1s), reply()}, {{"q", 0}});
    crew.server("bad", {work(1s)}, {{"q", 0}});
    WaitStage stage{judged(crew)};
    stage.until(900ms);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"client waits for an answer"});
    CHECK(only(stage).reasons[1] == "nobody has its request any more");  // its handler has ended
  }
}

TEST_SUITE("wait-for: orphans") {
  TEST_CASE("a lost message leaves its receiver, and who waits for that one behind it") {
    Crew crew;
    crew.agent("coder", {work(1s), send("tester", "code"), receive("report")});
    crew.agent("tester", {receive("code"), send("coder", "report")});
    const Model& model = judged(crew);
    const Loss loss{model, "code"};
    WaitStage stage{model, 1, &loss};
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"tester waits for code"});  // the coder is past its send: this is no cycle
    CHECK(only(stage).reasons.back() == "behind: coder waits for report from tester");
  }

  TEST_CASE("a lost last word is an orphan, told once") {
    Crew crew;
    crew.agent("coder", {work(1s), send("tester", "code"), work(1h)});
    crew.agent("tester", {receive("code"), send("docs", "report")});
    crew.agent("docs", {receive("report")});
    const Model& model = judged(crew);
    const Loss loss{model, "code"};
    WaitStage stage{model, 1, &loss};
    stage.until(1s);
    CHECK(stage.stuck_names() == Names{"tester", "docs"});  // at once: the coder works on, but is past its send
    stage.to_the_end();
    CHECK(only(stage).invariant == "no-orphaned-wait");
    CHECK(only(stage).reasons == Names{"tester waits for code, and nobody can hand it out any more",
                                       "coder could have sent it, but has ended",
                                       "behind: docs waits for report from tester"});
    CHECK(only(stage).at == start_of_time);  // it has waited since then
  }

  TEST_CASE("a message that nobody ever sends") {
    Crew crew;
    crew.agent("tester", {receive("code")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).reasons[1] == "no other agent ever sends it");
  }

  TEST_CASE("the same with a deadline is none") {
    Crew crew;
    crew.agent("tester", {within(1s, 1, receive("code"))});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(stage.found.empty());
  }

  TEST_CASE("of all that it waits for, what can never come decides, and is named") {
    Crew crew;
    crew.agent("tester", {receive_all({{"code"}, {"docs"}})});
    crew.agent("coder", {work(5s), send("tester", "code")});
    crew.agent("docs", {work(1s), choose({2, 2}), end_of(), send("tester", "docs")});
    WaitStage stage{judged(crew)};
    stage.until(2s);
    CHECK(stage.stuck_names() == Names{"tester"});
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"tester waits for docs"});
  }

  TEST_CASE("one message does not serve two sources of an all-wait") {
    for (const int sent : {1, 2}) {
      Crew crew;
      std::vector<SmallOp> ops{receive_all({{"vote"}, {"vote", "voter"}})};
      crew.agent("chair", std::move(ops));
      crew.agent("voter", {send("chair", "vote")}, static_cast<std::uint32_t>(sent));
      WaitStage stage{judged(crew)};
      stage.to_the_end();
      CHECK(stage.found.empty() == (sent == 2));
      if (sent == 1) CHECK(only(stage).witness == Names{"chair waits for vote"});
    }
  }

  TEST_CASE("three votes of five voters: four that can still vote are enough, two are not") {
    for (const bool enough : {true, false}) {
      Crew crew;
      crew.agent("chair", {receive(From{.topic = "vote", .sender = "voter", .count = 3, .distinct = true})});
      crew.agent("voter", {work(1s), send("chair", "vote")}, enough ? 4 : 2);
      WaitStage stage{judged(crew)};
      stage.until(0s);
      CHECK(stage.stuck().empty() == enough);
      stage.to_the_end();
      CHECK(stage.found.empty() == enough);
    }
  }

  TEST_CASE("one voter that votes for ever is no quorum of two") {
    for (const bool distinct : {true, false}) {
      Crew crew;
      crew.agent("chair", {receive(From{.topic = "vote", .count = 2, .distinct = distinct})});
      crew.agent("voter", {work(1s), send("chair", "vote"), jump(0)});
      WaitStage stage{judged(crew)};
      stage.until(5s);
      CHECK(stage.stuck().empty() == !distinct);
    }
  }

  TEST_CASE("a message of the right topic from the wrong sender is no help") {
    Crew crew;
    crew.agent("boss", {receive(From{"report", "coder"})});
    crew.agent("coder", {work(1s)});
    crew.agent("tester", {work(1h), send("boss", "report")});
    WaitStage stage{judged(crew)};
    stage.until(0s);
    CHECK(stage.stuck_names() == Names{"boss"});
  }

  TEST_CASE("a crashed sender is down for good, or will be back") {
    for (const bool back : {true, false}) {
      Crew crew;
      crew.agent("coder", {work(10s), send("tester", "code")});
      crew.agent("tester", {receive("code")});
      WaitStage stage{judged(crew)};
      stage.until(1s);
      crash(stage.world, stage.run, AgentId{0}, back ? std::optional<Duration>{1h} : std::nullopt);
      CHECK(stage.stuck().empty() == back);
      stage.to_the_end();
      CHECK(stage.found.empty() == back);
      if (!back) CHECK(only(stage).reasons[1] == "coder could have sent it, but is down");
    }
  }

  TEST_CASE("a call whose answer will not come") {
    Crew crew;
    crew.tool("github").latency = Distribution::constant(1s);
    crew.agent("coder", {call("github")});
    const Model& model = judged(crew);
    struct NoAnswer final : Interposer {
      std::uint32_t armed() const override { return static_cast<std::uint32_t>(Strike::effect); }
      Verdict strike(World&, Run&, const Target&) const override {
        Verdict verdict;
        verdict.unanswered = true;
        verdict.kinds = 1;
        return verdict;
      }
    } const no_answer;
    WaitStage stage{model, 1, &no_answer};
    stage.until(0s);
    CHECK(stage.stuck().empty());
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"coder waits for the answer of a tool"});
    WaitStage healthy{model};
    healthy.to_the_end();
    CHECK(healthy.found.empty());
  }
}

TEST_SUITE("wait-for: locks, children, room") {
  TEST_CASE("two locks in opposite order, if each gets its first") {
    Crew crew;
    crew.resource("left");
    crew.resource("right");
    crew.agent("alice", {acquire("left"), work(1s), acquire("right"), release("right"), release("left")});
    crew.agent("bob", {acquire("right"), work(1s), acquire("left"), release("left"), release("right")});
    WaitStage stage{judged(crew)};
    stage.to_the_end();
    CHECK(only(stage).witness == Names{"alice waits for right", "bob waits for left"});
    CHECK(only(stage).reasons ==
          Names{"alice waits for right, which bob holds", "bob waits for left, which alice holds"});
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
    CHECK(stage.stuck_names() == Names{"alice", "bob", "carol"});
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
      CHECK(stage.stuck_names() == (releases ? Names{} : Names{"carol"}));
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
    CHECK(only(stage).witness == Names{"team waits for b", "team waits for a"});
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
    CHECK(only(stage).witness == Names{"alice waits for room at bob", "bob waits for room at alice"});
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
