// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include "tests/sim/wait_stage.hpp"

using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;

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
    CHECK(only(stage).witness == Texts{"client waits for answer"});
    CHECK(only(stage).reasons == Texts{"client waits for answer, and nobody can hand it out any more",
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
    CHECK(only(stage).witness == Texts{"server waits for an answer", "helper waits for an answer"});
    CHECK(stage.stuck_names() == Texts{"client", "server", "helper"});
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
    CHECK(only(stage).witness == Texts{"client waits for an answer"});
    CHECK(only(stage).reasons[1] == "nobody has its request any more");  // its handler has ended
  }
}
