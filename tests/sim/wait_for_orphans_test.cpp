// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_for.hpp"

#include "tests/sim/wait_stage.hpp"

using namespace squall::sim;
using namespace squall::sim::testing;
using namespace std::chrono_literals;

TEST_SUITE("wait-for: orphans") {
  TEST_CASE("a lost message leaves its receiver, and who waits for that one behind it") {
    Crew crew;
    crew.agent("coder", {work(1s), send("tester", "code"), receive("report")});
    crew.agent("tester", {receive("code"), send("coder", "report")});
    const Model& model = judged(crew);
    const Loss loss{model, "code"};
    WaitStage stage{model, 1, &loss};
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"tester waits for code"});  // the coder is past its send: this is no cycle
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
    CHECK(stage.stuck_names() == Texts{"tester", "docs"});  // at once: the coder works on, but is past its send
    stage.to_the_end();
    CHECK(only(stage).invariant == "no-orphaned-wait");
    CHECK(only(stage).reasons == Texts{"tester waits for code, and nobody can hand it out any more",
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
    CHECK(stage.stuck_names() == Texts{"tester"});
    stage.to_the_end();
    CHECK(only(stage).witness == Texts{"tester waits for docs"});
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
      if (sent == 1) CHECK(only(stage).witness == Texts{"chair waits for vote"});
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
    CHECK(stage.stuck_names() == Texts{"boss"});
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
    CHECK(only(stage).witness == Texts{"coder waits for the answer of a tool"});
    WaitStage healthy{model};
    healthy.to_the_end();
    CHECK(healthy.found.empty());
  }
}
