// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/scenarios/play.hpp"

namespace squall::scenarios {
namespace {

Content n(Expression value) { return {.with = {{"n", std::move(value)}}}; }

}  // namespace

TEST_SUITE("send and receive") {
  TEST_CASE("a message carries its fields, its sender and its topic") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m", {.with = {{"n", 4}, {"mood", "good"}}}));
    workflow.agent("two",
                   program()
                       .receive("m")
                       .emit("n", var("msg.n"))
                       .if_(var("msg.mood") == "good" && var("msg.from") == var("one") && var("msg.topic") == "m",
                            program().emit("yes")));
    CHECK(timed(workflow) == Lines{"0ms one ended", "1ms two says n 4", "1ms two says yes", "1ms two ended"});
  }

  TEST_CASE("a field that was not given is no field, and has asks for it") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m", n(1)).send("two", "m").send("two", "m"));
    const Program look = program().receive("m").if_(has("msg.n"), program().emit("has"), program().emit("has not"));
    workflow.agent("two", Program(look).repeat(look, {.times = 1}).receive("m").emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says has", "two says has not", "two failed: no-field"});
  }

  TEST_CASE("receive is selective: what does not match stays for later, in order of arrival") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a", n(1)).send("two", "b", n(2)).send("two", "a", n(3)));
    workflow.agent("two", program()
                              .receive("b")
                              .emit("n", var("msg.n"))
                              .receive("a")
                              .emit("n", var("msg.n"))
                              .receive("a")
                              .emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 2", "two says n 1", "two says n 3", "two ended"});
  }

  TEST_CASE("where asks the candidate, with what the program knows") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a", n(1)).send("two", "a", n(2)));
    workflow.agent(
        "two",
        program().set("wanted", 2).receive(topic("a").where(var("msg.n") == var("wanted"))).emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 2", "two ended"});
  }

  TEST_CASE("a where that cannot be computed does not match") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a").send("two", "a", n(2)));
    workflow.agent("two", program().receive(topic("a").where(10 / var("msg.n") == 5)).emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 2", "two ended"});
  }

  TEST_CASE("from takes an agent, a group, or an agent that a variable names") {
    const auto taken = [](const Matcher& matcher) {
      Workflow workflow = quick();
      workflow.agent("a", program().send("end", "m", n(1)));
      workflow.agent("b", {.program = program().sleep(5ms).send("end", "m", n(2)), .replicas = 2});
      workflow.agent("c", program().sleep(9ms).send("end", "m", n(3)));
      workflow.agent("end", {.program = program().set("who", var("c")).receive(matcher).emit("n", var("msg.n")),
                             .vars = {{"first", var("a")}}});
      for (const std::string& line : play(workflow).lines) {
        if (line.starts_with("end says")) return line;
      }
      return std::string{"nothing"};
    };
    CHECK(taken(topic("m")) == "end says n 1");
    CHECK(taken(topic("m").from("c")) == "end says n 3");
    CHECK(taken(topic("m").from("b")) == "end says n 2");
    CHECK(taken(topic("m").from(var("who"))) == "end says n 3");
    CHECK(taken(topic("m").from(var("first"))) == "end says n 1");
  }

  TEST_CASE("all takes nothing until every part is there, then all at once") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "a").sleep(5ms).send("two", "b"));
    workflow.agent("two", program().receive(all_of({"b", "a"}), {.as = "both"}).emit("size", size("both")));
    CHECK(timed(workflow) == Lines{"5ms one ended", "6ms two says size 2", "6ms two ended"});
    // Meanwhile somebody else may take the first part: it was not reserved.
    Workflow shared = quick();
    shared.agent("one", program().send("two", "a").sleep(5ms).send("two", "b"));
    shared.agent("two", program().parallel({{"pair", program().receive(all_of({"a", "b"}), {.timeout = 20ms})},
                                            {"single", program().sleep(3ms).receive("a").emit("single")}}));
    CHECK(timed(shared) == Lines{"3ms two says single", "3ms two ended", "5ms one ended", "20ms two failed: timeout",
                                 "20ms two failed: timeout"});
  }

  TEST_CASE("any takes whichever part comes first") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "b").send("two", "a"));
    workflow.agent("two", program().receive(any_of({"a", "b"})).if_(var("msg.topic") == "b", program().emit("b")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says b", "two ended"});
  }

  TEST_CASE("a count takes so many, as a list in order of arrival") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "v", n(1)).send("two", "v", n(2)).send("two", "v", n(3)));
    workflow.agent("two", program()
                              .receive(each("v").times(3), {.as = "votes"})
                              .emit("size", size("votes"))
                              .emit("above one", count("votes", "vote", var("vote.n") > 1))
                              .emit("every", every("votes", "vote", var("vote.n") > 1))
                              .emit("some", some("votes", "vote", var("vote.n") == 3)));
    CHECK(play(workflow).lines == Lines{"one ended", "two says size 3", "two says above one 2", "two says every",
                                        "two says some 1", "two ended"});
  }

  TEST_CASE("a range waits for the greater count, and at its timeout the smaller one suffices") {
    const auto votes = [](int sent) {
      Workflow workflow = quick();
      Program one;
      for (int i = 0; i < sent; ++i) one.send("two", "v");
      workflow.agent("one", one.emit("sent"));
      workflow.agent(
          "two", program().receive(each("v").times(2, 3), {.as = "votes", .timeout = 9ms}).emit("size", size("votes")));
      workflow.agent("three", program().if_(0, program().send("two", "v")));
      return timed(workflow).back() + ", " + timed(workflow)[timed(workflow).size() - 2];
    };
    CHECK(votes(3) == "1ms two ended, 1ms two says size 3");
    CHECK(votes(2) == "9ms two ended, 9ms two says size 2");
    CHECK(votes(1) == "9ms two failed: timeout, 0ms three ended");
  }

  TEST_CASE("distinct counts one message from each sender") {
    Workflow workflow = quick();
    workflow.agent("a", program().send("end", "v").send("end", "v"));
    workflow.agent("b", program().sleep(4ms).send("end", "v"));
    workflow.agent("end", program().receive(each("v").times(2).from_distinct_senders()).emit("two"));
    CHECK(timed(workflow) == Lines{"0ms a ended", "4ms b ended", "5ms end says two", "5ms end ended"});
  }

  TEST_CASE("a message to a group goes to each member, to a list to each one named") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("team", "m", n(1)).send({"two", "team"}, "m", n(2)));
    workflow.agent("team",
                   {.program = program().receive("m").receive("m").emit("i", var("self.index") + 1), .replicas = 2});
    workflow.agent("two", program().receive("m").emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 2", "two ended", "team[0] says i 1", "team[0] ended",
                                        "team[1] says i 2", "team[1] ended"});
  }

  TEST_CASE("a computed receiver is the agent that the expression yields") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "ping").receive("pong").emit("pong"));
    workflow.agent("two", program().receive("ping").send(var("msg.from"), "pong"));
    CHECK(timed(workflow) == Lines{"1ms two ended", "2ms one says pong", "2ms one ended"});
  }

  TEST_CASE("a message that two variables name is kept until neither needs it") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m", n(7)).send("two", "m", n(8)));
    workflow.agent(
        "two",
        program().receive("m").set("kept", var("msg")).receive("m").emit("n", var("kept.n")).emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 7", "two says n 8", "two ended"});
  }

  TEST_CASE("discard throws away what matches and nothing else") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m", n(1)).send("two", "m", n(2)).send("two", "m", n(3)));
    workflow.agent(
        "two", program().sleep(5ms).discard(topic("m").where(var("msg.n") < 3)).receive("m").emit("n", var("msg.n")));
    CHECK(play(workflow).lines == Lines{"one ended", "two says n 3", "two ended"});
  }
}

TEST_SUITE("bounded mailboxes") {
  Workflow bounded(sim::Full full) {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m", n(1)).send("two", "m", n(2)).emit("sent"));
    workflow.agent("two", {.program = program()
                                          .sleep(10ms)
                                          .receive("m")
                                          .emit("n", var("msg.n"))
                                          .receive("m", {.timeout = 10ms})
                                          .emit("n", var("msg.n")),
                           .mailbox = {.capacity = 1, .full = full}});
    return workflow;
  }

  TEST_CASE("block makes the sender wait for room") {
    CHECK(timed(bounded(sim::Full::block)) ==
          Lines{"10ms one says sent", "10ms one ended", "10ms two says n 1", "11ms two says n 2", "11ms two ended"});
  }
  TEST_CASE("reject fails the send") {
    CHECK(timed(bounded(sim::Full::reject)) ==
          Lines{"0ms one failed: rejected", "10ms two says n 1", "20ms two failed: timeout"});
  }
  TEST_CASE("drop-new and drop-old lose a message silently") {
    CHECK(timed(bounded(sim::Full::drop_new)) ==
          Lines{"0ms one says sent", "0ms one ended", "10ms two says n 1", "20ms two failed: timeout"});
    CHECK(timed(bounded(sim::Full::drop_old)) ==
          Lines{"0ms one says sent", "0ms one ended", "10ms two says n 2", "20ms two failed: timeout"});
  }
  TEST_CASE("a message to a group goes on where it had to wait") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("team", "m", n(1)).send("team", "m", n(2)).emit("sent"));
    workflow.agent(
        "team",
        {.program = program().sleep(10ms).receive("m").emit("n", var("msg.n")).receive("m").emit("n", var("msg.n")),
         .replicas = 2,
         .mailbox = {.capacity = 1}});
    CHECK(timed(workflow) == Lines{"10ms one says sent", "10ms one ended", "10ms team[0] says n 1",
                                   "10ms team[1] says n 1", "11ms team[0] says n 2", "11ms team[0] ended",
                                   "11ms team[1] says n 2", "11ms team[1] ended"});
  }
  TEST_CASE("a count above the capacity is refused") {
    Workflow workflow = quick();
    workflow.agent("one", program().send("two", "m"));
    workflow.agent("two", {.program = program().receive(each("m").times(3)), .mailbox = {.capacity = 2}});
    REQUIRE(workflow.build().errors.size() == 1);
    CHECK(workflow.build().errors[0].what == "waits for 3 messages, but the mailbox holds 2");
  }
}

TEST_SUITE("ask and reply") {
  TEST_CASE("an ask waits for its own reply") {
    Workflow workflow = quick();
    workflow.agent("one", program().ask("two", "double", n(21), {.as = "answer"}).emit("is", var("answer.n")));
    workflow.agent("two", {.on = {{"double", program().work(3ms).reply(n(var("msg.n") * 2))}}});
    CHECK(timed(workflow) == Lines{"4ms two ended", "5ms one says is 42", "5ms one ended"});
  }

  TEST_CASE("without a name the reply is msg") {
    Workflow workflow = quick();
    workflow.agent("one", program().ask("two", "double", n(21)).emit("is", var("msg.n")));
    workflow.agent("two", program().receive("double").reply(n(42)));
    CHECK(timed(workflow).back() == "2ms one ended");
  }

  TEST_CASE("an error reply fails the ask with its name, and error.from is who replied") {
    Workflow workflow = quick();
    workflow.agent("one", program().ask("two", "q", {},
                                        {.otherwise = Otherwise{{"busy", program().if_(var("error.from") == var("two"),
                                                                                       program().emit("busy"))}}}));
    workflow.agent("two", program().receive("q").reply_error("busy"));
    CHECK(timed(workflow) == Lines{"1ms two ended", "2ms one says busy", "2ms one ended"});
  }

  TEST_CASE("a handler that fails before it replies answers with its error") {
    Workflow workflow = quick();
    workflow.agent("one", program().ask("two", "q"));
    workflow.agent("two", {.on = {{"q", program().fail_with("broken")}}});
    CHECK(timed(workflow) == Lines{"1ms two failed: broken", "2ms one failed: broken"});
  }

  TEST_CASE("each attempt is a request of its own: what was asked before may answer too late") {
    Workflow workflow = quick();
    workflow.agent("one", program()
                              .ask("two", "q", {}, {.as = "answer", .timeout = 5ms, .retry = Retry{.times = 2}})
                              .emit("attempt", var("answer.n"))
                              .sleep(20ms));
    workflow.agent("two", {.on = {{"q", program().work(7ms - 3ms * var("msg.attempt")).reply(n(var("msg.attempt")))}},
                           .concurrency = 2});
    // Asked at 0 and at 5 ms, answered after 4 and after 1 ms: the answers arrive at 6 and at 8 ms.
    CHECK(timed(workflow) == Lines{"5ms two ended", "6ms one gets a late reply", "7ms two ended",
                                   "8ms one says attempt 2", "28ms one ended"});
  }

  TEST_CASE("all attempts share one request number, another ask has another") {
    Workflow workflow = quick();
    const Fields twice{.timeout = 3ms, .retry = Retry{.times = 2}, .otherwise = program()};
    workflow.agent("one", program().ask("two", "q", {}, twice).ask("two", "q", {}, twice));
    workflow.agent("two", {.on = {{"q", program().emit("request", var("msg.request")).sleep(1s)}}, .concurrency = 9});
    const Lines lines = play(workflow).lines;
    REQUIRE(lines.size() >= 4);
    CHECK(lines[0] == "two says request 1");
    CHECK(lines[1] == "two says request 1");
    CHECK(lines[2] == "two says request 2");
  }

  TEST_CASE("a second reply goes nowhere") {
    Workflow workflow = quick();
    workflow.agent("one", program().ask("two", "q").sleep(9ms));
    workflow.agent("two", program().receive("q").reply().reply());
    CHECK(timed(workflow) == Lines{"1ms two ended", "11ms one ended"});
  }

  TEST_CASE("an ask that finds no room waits for it, and counts as one") {
    Workflow workflow = quick();
    workflow.agent("zero", program().send("two", "q"));
    workflow.agent("one", program().ask("two", "q").emit("answered"));
    workflow.agent("two",
                   {.program = program().sleep(5ms).receive("q").receive("q").reply(), .mailbox = {.capacity = 1}});
    CHECK(timed(workflow) == Lines{"0ms zero ended", "6ms two ended", "7ms one says answered", "7ms one ended"});
  }
}

TEST_SUITE("published topics") {
  TEST_CASE("a broadcast reaches all who receive its topic, from their start") {
    Workflow workflow = quick();
    workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast});
    workflow.agent("one", program().publish("news", n(5)));
    workflow.agent("two", program().receive("news").emit("n", var("msg.n")));
    workflow.agent("three", {.on = {{"news", program().emit("n", var("msg.n"))}}});
    CHECK(timed(workflow) ==
          Lines{"0ms one ended", "1ms two says n 5", "1ms two ended", "1ms three says n 5", "1ms three ended"});
  }

  TEST_CASE("who subscribes later hears what comes later, or what is retained") {
    const auto heard = [](const Expression& from) {
      Workflow workflow = quick();
      workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .retain = sim::unlimited});
      workflow.agent("one", program().publish("news", n(5)).publish("news", n(6)).sleep(9ms).publish("news", n(7)));
      workflow.agent(
          "two",
          program()
              .sleep(3ms)
              .subscribe("news", from)
              .repeat(program().receive("news", {.timeout = 50ms}).emit("n", var("msg.n") * 10 + var("msg.seq"))));
      Lines lines;
      for (const std::string& line : play(workflow).lines) {
        if (line.starts_with("two says")) lines.push_back(line);
      }
      return lines;
    };
    CHECK(heard(-1) == Lines{"two says n 73"});
    CHECK(heard(0) == Lines{"two says n 51", "two says n 62", "two says n 73"});
    CHECK(heard(2) == Lines{"two says n 62", "two says n 73"});
  }

  TEST_CASE("a queue gives each message to one taker") {
    Workflow workflow = quick();
    workflow.topic("jobs", {.mode = sim::TopicInfo::Mode::queue});
    workflow.agent("one", program().publish("jobs", n(1)).publish("jobs", n(2)));
    workflow.agent("worker", {.program = program().receive("jobs").emit("n", var("msg.n")), .replicas = 2});
    CHECK(timed(workflow) == Lines{"0ms one ended", "1ms worker[0] says n 1", "1ms worker[0] ended",
                                   "1ms worker[1] says n 2", "1ms worker[1] ended"});
  }

  TEST_CASE("a message with ack at the end comes again when its handler fails, until it is acknowledged") {
    Workflow workflow = quick();
    workflow.topic(
        "jobs",
        {.mode = sim::TopicInfo::Mode::queue, .ack = sim::Ack::end, .redeliver_after = 5ms, .redeliver_max = 3});
    workflow.agent("one", program().publish("jobs"));
    workflow.agent(
        "worker",
        {.on = {{"jobs",
                 program().set("n", var("n") + 1).emit("try", var("n")).if_(var("n") < 3, program().fail("x"))}},
         .vars = {{"n", 0}}});
    const Lines lines = play(workflow).lines;
    CHECK(std::count(lines.begin(), lines.end(), "worker failed: failed") == 2);
    CHECK(lines.back() == "worker ended");

    Workflow by_hand = quick();
    by_hand.topic(
        "jobs",
        {.mode = sim::TopicInfo::Mode::queue, .ack = sim::Ack::end, .redeliver_after = 5ms, .redeliver_max = 3});
    by_hand.agent("one", program().publish("jobs"));
    by_hand.agent("worker", {.on = {{"jobs", program().acknowledge().emit("try").fail("x")}}});
    CHECK(play(by_hand).lines == Lines{"one ended", "worker says try", "worker failed: failed"});
  }
}

}  // namespace squall::scenarios
