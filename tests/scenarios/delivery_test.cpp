// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/scenarios/play.hpp"

/// Who gets a message, under which name, and what becomes of one that nobody takes.
namespace squall::scenarios {
namespace {

Content n(std::int64_t value) { return {.with = {{"n", value}}}; }

}  // namespace

TEST_SUITE("what was received") {
  TEST_CASE("a receive with a name gives it to `msg` as well") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a", n(1)).send("two", "b", n(2)));
    workflow.agent("two", program()
                              .receive("a", {.as = "first"})
                              .emit("msg", var("msg.n"))
                              .receive("b")
                              .emit("msg", var("msg.n"))
                              .emit("first", var("first.n")));
    CHECK(play(workflow).lines ==
          Lines{"one ended", "two says msg 1", "two says msg 2", "two says first 1", "two ended"});
  }

  TEST_CASE("a list with a name leaves `msg` as it was where `msg` is a message") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a", n(1)).send("two", "b", n(2)).send("two", "b", n(3)));
    workflow.agent("two", program()
                              .receive("a")
                              .receive(Demand{"b"}.times(2), {.as = "both"})
                              .emit("msg", var("msg.n"))
                              .emit("size", size("both")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says msg 1", "two says size 2", "two ended"});
  }
}

TEST_SUITE("dead letters") {
  TEST_CASE("a message to a spawned agent that has ended, of which the sender is not told") {
    Workflow workflow = quick();
    workflow.agent("one", program().spawn("child", {}, {.as = "kid"}).sleep(5ms).send(var("kid"), "go").emit("sent"));
    workflow.agent("child", {.program = program().receive("go", {.timeout = 1ms, .otherwise = program()}),
                             .start = sim::Start::spawned});
    CHECK(timed(workflow) ==
          Lines{"1ms child[0] ended", "5ms one says sent", "5ms one ended", "6ms child[0] gets a dead letter"});
  }

  TEST_CASE("a broadcast to nobody; once somebody has subscribed there is none") {
    const auto published_at = [](sim::Duration when) {
      Workflow workflow = quick();
      workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast});
      workflow.agent("one", program().sleep(when).publish("news"));
      workflow.agent("two", program().sleep(5ms).subscribe("news").receive(
                                "news", {.timeout = 20ms, .otherwise = program().emit("nothing")}));
      const Lines lines = play(workflow).lines;
      return std::ranges::any_of(lines, [](const std::string& line) { return line.ends_with("dead letter"); });
    };
    CHECK(published_at(2ms));
    CHECK_FALSE(published_at(8ms));
  }

  TEST_CASE("a message that nobody takes from a mailbox stays there, and is none") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a").send("two", "b"));
    workflow.agent("two", program().receive("b").if_(0, program().receive("a")));
    CHECK(play(workflow).lines == Lines{"one ended", "two ended"});
  }
}

TEST_SUITE("queues") {
  TEST_CASE("a message goes to the taker that has waited longest") {
    Workflow workflow = quick();
    workflow.topic("job", {.mode = sim::TopicInfo::Mode::queue});
    workflow.agent("source", program().sleep(10ms).publish("job", n(1)).publish("job", n(2)));
    const Program take = program().receive("job").emit("n", var("msg.n"));
    workflow.agent("late", program().sleep(5ms).add(take.steps[0]).add(take.steps[1]));
    workflow.agent("early", program().sleep(2ms).add(take.steps[0]).add(take.steps[1]));
    const Lines lines = timed(workflow);
    CHECK(std::ranges::count(lines, std::string{"11ms early says n 1"}) == 1);
    CHECK(std::ranges::count(lines, std::string{"11ms late says n 2"}) == 1);
  }

  TEST_CASE("with ack at the end a failed taker's message goes to the next one, at most so often") {
    const auto tries = [](std::uint32_t most) {
      Workflow workflow = quick();
      workflow.topic(
          "job",
          {.mode = sim::TopicInfo::Mode::queue, .ack = sim::Ack::end, .redeliver_after = 5ms, .redeliver_max = most});
      workflow.agent("source", program().publish("job"));
      workflow.agent("worker", {.on = {{"job", program().emit("try").fail("x")}}});
      const Lines lines = play(workflow).lines;
      CHECK(std::ranges::count(lines, std::string{"worker gets a dead letter"}) == 1);
      return std::ranges::count(lines, std::string{"worker says try"});
    };
    // The first delivery, then `max` more.
    CHECK(tries(1) == 2);
    CHECK(tries(3) == 4);
  }

  TEST_CASE("a restart ends its activation well: its message is acknowledged and does not come again") {
    Workflow workflow = quick();
    workflow.topic(
        "job",
        {.mode = sim::TopicInfo::Mode::queue, .ack = sim::Ack::end, .redeliver_after = 50ms, .redeliver_max = 5});
    workflow.agent("source", program().publish("job"));
    workflow.agent("worker", {.on = {{"job", program().emit("try").restart(1ms)}}});
    const Lines lines = play(workflow).lines;
    CHECK(std::ranges::count(lines, std::string{"worker says try"}) == 1);
  }
}

TEST_SUITE("mailboxes that are acknowledged at the end") {
  const auto clerk = [](Mailbox mailbox, Program handler) {
    Workflow workflow = quick();
    workflow.agent("source", program().send("clerk", "job"));
    workflow.agent("clerk", {.on = {{"job", std::move(handler)}}, .vars = {{"n", 0}}, .mailbox = mailbox});
    return workflow;
  };

  TEST_CASE("what a handler failed on comes again as late as a message, not at the same instant") {
    const Program twice =
        program().set("n", var("n") + 1).emit("try", var("n")).if_(var("n") < 3, program().fail("no"));
    CHECK(timed(clerk({.ack = sim::Ack::end}, twice)) ==
          Lines{"0ms source ended", "1ms clerk says try 1", "1ms clerk failed: failed", "2ms clerk says try 2",
                "2ms clerk failed: failed", "3ms clerk says try 3", "3ms clerk ended"});
  }

  TEST_CASE("with `redeliver`: after so long, so often at most, then it is a dead letter") {
    const Lines lines = timed(
        clerk({.ack = sim::Ack::end, .redeliver_after = 10ms, .redeliver_max = 2}, program().emit("try").fail("no")));
    CHECK(std::ranges::count(lines, std::string{"1ms clerk says try"}) == 1);
    CHECK(std::ranges::count(lines, std::string{"11ms clerk says try"}) == 1);
    CHECK(std::ranges::count(lines, std::string{"21ms clerk says try"}) == 1);
    CHECK(lines.back() == "31ms clerk gets a dead letter");
  }

  TEST_CASE("what is acknowledged when it is taken never comes again") {
    CHECK(std::ranges::count(play(clerk({}, program().emit("try").fail("no"))).lines, std::string{"clerk says try"}) ==
          1);
  }
}

TEST_SUITE("replies") {
  TEST_CASE("a reply to a message that nobody asked does nothing") {
    Workflow workflow = quick();
    workflow.agent(
        "one",
        program().send("two", "a").receive(topic(""), {.timeout = 20ms, .otherwise = program().emit("nothing")}));
    workflow.agent("two", program().receive("a").reply(n(1)).emit("replied"));
    CHECK(timed(workflow) == Lines{"1ms two says replied", "1ms two ended", "20ms one says nothing", "20ms one ended"});
  }

  TEST_CASE("a reply after the asker has given up is recorded as late, and dropped") {
    Workflow workflow = quick();
    workflow.agent("one", program()
                              .ask("two", "q", {}, {.timeout = 5ms, .otherwise = program().emit("gave up")})
                              .receive(topic(""), {.timeout = 20ms, .otherwise = program().emit("nothing")}));
    workflow.agent("two", {.on = {{"q", program().work(9ms).reply()}}});
    CHECK(timed(workflow) == Lines{"5ms one says gave up", "10ms two ended", "11ms one gets a late reply",
                                   "25ms one says nothing", "25ms one ended"});
  }
}

TEST_SUITE("outcomes") {
  TEST_CASE("each agent reports for itself, and the first report is the instance's") {
    Workflow workflow{"test"};
    workflow.agent("one", program().sleep(1ms).finish());
    workflow.agent("two", program().sleep(2ms).finish(false));
    CHECK(timed(workflow) ==
          Lines{"1ms one reports success", "1ms one ended", "2ms two reports failure", "2ms two ended"});
  }
}

}  // namespace squall::scenarios
