// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/agent.hpp"
#include "tests/laws/play.hpp"

/// Workflows of a few thousand states, of which each has something else: what is explored whole.
namespace squall::laws {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

/// Asks twice; asks again, once, where no answer comes in time.
struct Asker {
  std::int64_t asked = 0, heard = 0, again = 0;
  static constexpr sim::TopicId question{0}, answer{1}, bell{2};
  void ask(sim::Turn& turn) {
    turn.send(sim::AgentId{1}, question, {asked});
    turn.timer(bell, 12ms);
  }
  void on_start(sim::Turn& turn) { ask(turn); }
  void on_message(sim::Turn& turn, const sim::Message& message) {
    if (message.field(0) != asked) return;
    ++heard;
    if (++asked < 2) ask(turn);
  }
  void on_timer(sim::Turn& turn, sim::TopicId) {
    if (asked < 2 && again++ == 0) turn.send(sim::AgentId{1}, question, {asked});
  }
};
struct Answerer {
  std::int64_t answered = 0;
  void on_message(sim::Turn& turn, const sim::Message& message) {
    ++answered;
    turn.send(message.from, Asker::answer, {message.field(0)});
  }
};
inline sim::Model asking(bool fifo) {
  sim::Model model;
  model.name = "asking";
  sim::add_topic(model, "question", {"n"});
  sim::add_topic(model, "answer", {"n"});
  sim::add_topic(model, "bell");
  sim::add_agent(model, "asker", Asker{});
  sim::add_agent(model, "answerer", Answerer{});
  model.network.fifo = fifo;
  model.finish();
  return model;
}

/// Two update one counter under no guard, one of them twice; a third reads it late.
inline sim::Model counters() {
  Workflow workflow{"counters"};
  workflow.key("n", {.initial = 0});
  workflow.key("late", {.initial = 0, .consistency = sim::Consistency::eventual, .lag = uniform(0ms, 20ms)});
  workflow.agent("once", program().update("n", var("old") + 1).write("late", 1));
  workflow.agent("twice", program().repeat(program().update("n", var("old") + 1), {.times = 2}));
  workflow.agent("reader", program().sleep(uniform(1ms, 20ms)).read("late").read("n"));
  return built(workflow);
}

/// A lock, a tool that errs, an ask with a timeout and a retry, and branches.
inline sim::Model errands() {
  Workflow workflow{"errands"};
  workflow.tool("bank", {.latency = uniform(1ms, 8ms), .error = 30_percent});
  workflow.resource("desk", {.frees = sim::ResourceInfo::Frees::on_crash});
  workflow.agent(
      "client",
      program().parallel(
          {{"pay", program().acquire("desk").call("bank", {.key = 1}, {.retry = Retry{.times = 2}}).release("desk")},
           {"ask", program().ask("clerk", "price", {}, {.timeout = 15ms, .otherwise = program()})}},
          {.failure = Failure::collect}));
  workflow.agent("clerk",
                 {.on = {{"price", program().acquire("desk").work(uniform(1ms, 20ms)).release("desk").reply()}}});
  return built(workflow);
}

/// Two jobs in a queue, two workers who acknowledge at the end of their work.
inline sim::Model jobs() {
  Workflow workflow{"jobs"};
  workflow.topic("job", {.mode = sim::TopicInfo::Mode::queue,
                         .ack = sim::Ack::end,
                         .redeliver_after = 30ms,
                         .redeliver_max = 1,
                         .leftover_ok = true});
  workflow.agent("giver", program().publish("job").publish("job"));
  workflow.agent("worker", {.on = {{"job", program().work(uniform(1ms, 20ms)).send("teller", "done")}}, .replicas = 2});
  workflow.agent("teller", program().receive("done").receive("done"));
  return built(workflow);
}

/// News for whoever listens: from the start, or late, but then with what was retained.
inline sim::Model news() {
  Workflow workflow{"news"};
  workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .retain = 1, .leftover_ok = true});
  workflow.agent("speaker", program().publish("news").sleep(uniform(1ms, 9ms)).publish("news"));
  workflow.agent("early", program().receive("news").receive("news", {.timeout = 9ms, .otherwise = program()}));
  workflow.agent("late", program()
                             .sleep(uniform(1ms, 20ms))
                             .subscribe("news", 0)
                             .receive("news", {.timeout = 5ms, .otherwise = program()}));
  return built(workflow);
}

/// A parent, its child, and a failure detector.
inline sim::Model family() {
  Workflow workflow{"family"};
  workflow.agent("parent", program()
                               .spawn("child", {.with = {{"n", 1}}}, {.as = "kid"})
                               .watch(var("peer"), 5ms)
                               .receive(any_of({"grown", "late", "ended", "down"}),
                                        {.timeout = 12ms, .otherwise = program().cancel(var("kid"))})
                               .sleep(uniform(1ms, 9ms)));
  workflow.agent(
      "child",
      {.program = program().work(uniform(1ms, 15ms)).checkpoint().work(uniform(1ms, 9ms)).send("parent", "grown"),
       .start = sim::Start::spawned});
  workflow.agent(
      "peer",
      {.program = program().work(uniform(1ms, 5ms)).checkpoint().work(uniform(1ms, 20ms)).send("parent", "late"),
       .resume = sim::Resume::checkpoint});
  return built(workflow);
}

/// A lease shorter than some work, a fenced key, a causal one, a full inbox.
inline sim::Model leases() {
  Workflow workflow{"leases"};
  workflow.resource("badge",
                    {.kind = sim::ResourceInfo::Kind::lease, .period = 8ms, .frees = sim::ResourceInfo::Frees::on_end});
  workflow.key("door", {.initial = 0, .fenced_by = "badge"});
  workflow.key("sign", {.initial = 0, .consistency = sim::Consistency::causal, .lag = uniform(0ms, 10ms)});
  const Program enter = program().block(program()
                                            .acquire("badge")
                                            .work(uniform(1ms, 15ms))
                                            .write("door", var("self") == var("ann"))
                                            .write("sign", 1)
                                            .release("badge"),
                                        {.otherwise = program()});
  workflow.agent("ann", Program(enter).send("desk", "came").send("desk", "went"));
  workflow.agent("bob", Program(enter).send("desk", "came"));
  workflow.agent("desk", {.program = program()
                                         .work(uniform(1ms, 20ms))
                                         .receive("came")
                                         .read("sign")
                                         .receive("went", {.timeout = 20ms, .otherwise = program()}),
                          .mailbox = {.capacity = 1, .full = sim::Full::drop_old}});
  return built(workflow);
}

/// Steps undone when a later one fails, a block's last words, a map of which two run at once.
inline sim::Model saga() {
  Workflow workflow{"saga"};
  workflow.tool("shop", {.latency = uniform(1ms, 8ms), .error = 30_percent, .undone_by = "refund"});
  workflow.tool("refund", {.latency = uniform(1ms, 8ms)});
  workflow.agent("buyer",
                 program().block(program()
                                     .call("shop", {.key = 1}, {.undo = program().call("refund", {.key = 1})})
                                     .call("shop", {.key = 2}, {.timeout = 7ms}),
                                 {.otherwise = program().emit("undone"), .finally = program().send("clerk", "over")}));
  workflow.agent(
      "clerk",
      program().map({.from = 1, .to = 3, .item = "n", .limit = 2}, program().sleep(uniform(1ms, 5ms))).receive("over"));
  return built(workflow);
}

/// Three senders, room for one message; a limit of calls; a snapshot.
inline sim::Model narrow() {
  Workflow workflow{"narrow"};
  workflow.tool("mail", {.latency = uniform(1ms, 4ms), .limit = std::pair{1U, sim::Duration{20ms}}});
  workflow.key("page", {.initial = 0, .consistency = sim::Consistency::snapshot});
  workflow.agent("one", program().send("desk", "note").write("page", 1).call("mail", {}, {.otherwise = program()}));
  workflow.agent("two", program().send("desk", "note").send("desk", "note").call("mail", {}, {.otherwise = program()}));
  workflow.agent(
      "desk",
      {.program = program().receive("note").sleep(uniform(1ms, 9ms)).receive("note").read("page").receive("note"),
       .mailbox = {.capacity = 1, .full = sim::Full::block}});
  return built(workflow);
}

/// Work that is written down, asked for twice, and checked.
inline sim::Model reviewing() {
  Workflow workflow{"reviewing"};
  workflow.key("draft", {});
  workflow.agent("coder", program()
                              .work(uniform(1ms, 9ms))
                              .makes("draft")
                              .write("draft")
                              .ask("tester", "question", {.artifact = "draft"}, {.as = "first"})
                              .work(uniform(1ms, 9ms))
                              .makes("draft")
                              .ask("tester", "question", {.artifact = "draft"}, {.as = "second"}));
  workflow.agent("tester", {.on = {{"question", program()
                                                    .set("n", var("n") + 1)
                                                    .validate("msg", {}, {}, {.otherwise = program()})
                                                    .reply({.with = {{"n", var("n")}}})}},
                            .vars = {{"n", 0}}});
  return built(workflow);
}

/// Two instances at once through one clerk.
inline sim::Model two_at_once() {
  Workflow workflow{"two at once"};
  workflow.load(2, uniform(0ms, 10ms));
  workflow.key("sum", {.initial = 0, .shared = true, .reducer = sim::Reducer::sum});
  workflow.agent("client", program().ask("clerk", "price").write("sum", 1).finish());
  workflow.agent("clerk", {.on = {{"price", program().work(uniform(1ms, 9ms)).reply()}}});
  return built(workflow);
}

}  // namespace squall::laws
