// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow caller(std::uint32_t tries, sim::Invariant check, sim::Probability error = sim::Probability{1'000'000}) {
  Workflow workflow = quick();
  workflow.tool("search", {.error = error});
  workflow.agent("coder", program().call("search", {}, {.retry = Retry{.times = tries}, .otherwise = program()}));
  return workflow.check(std::move(check));
}

Workflow slow_report(sim::Duration takes, sim::Deadline check) {
  Workflow workflow = quick();
  workflow.agent("coder", program().work(takes).finish());
  return workflow.check(check);
}

/// A tester that is slower than its coder, by a mailbox or a queue.
Workflow backlog(std::uint32_t bound, bool queue) {
  Workflow workflow = quick();
  if (queue) workflow.topic("code", {.mode = sim::TopicInfo::Mode::queue});
  Program send = queue ? program().publish("code") : program().send("tester", "code");
  workflow.agent("coder", program().repeat(program().sleep(1ms).block(std::move(send)), {.times = 6}));
  workflow.agent("tester", program().repeat(program().receive("code").work(20ms), {.times = 6}));
  return workflow.check(sim::QueueBounds{.length = bound});
}

/// The same, judged by how long it lasts: six come within 6 ms, one is done every 20 ms, so that no more than two wait from
/// some 60 ms on.
Workflow overloaded(sim::Duration within, bool queue, std::uint32_t done = 6) {
  Workflow workflow = quick();
  if (queue) workflow.topic("code", {.mode = sim::TopicInfo::Mode::queue});
  Program send = queue ? program().publish("code") : program().send("tester", "code");
  workflow.agent("coder", program().repeat(program().sleep(1ms).block(std::move(send)), {.times = 6}));
  workflow.agent("tester", program().repeat(program().receive("code").work(20ms), {.times = done}));
  return workflow.check(sim::Recovery{.within = within, .normal = 2});
}

}  // namespace

TEST_SUITE("budget") {
  TEST_CASE("calls and messages beyond what an instance may cost") {
    CHECK(judged(caller(3, sim::Budget{.calls = 3})).found.empty());
    const Verdicts beyond = judged(caller(4, sim::Budget{.calls = 3}));
    CHECK(beyond.found == Lines{"budget: calls, coder"});
    CHECK(beyond.reasons == Lines{"calls of coder goes beyond the 3 that there may be"});
    CHECK(judged(caller(4, sim::Budget{.calls = 3}, {})).found.empty());  // the first try succeeds
  }

  TEST_CASE("messages") {
    const auto talk = [](std::uint32_t most) {
      Workflow workflow = quick();
      workflow.agent("coder", program().repeat(program().send("tester", "code"), {.times = 5}));
      workflow.agent("tester", program().receive(Demand{"code"}.times(5)));
      return judged(workflow.check(sim::Budget{.messages = most})).found;
    };
    CHECK(talk(5).empty());
    CHECK(talk(4) == Lines{"budget: messages, coder"});
  }

  TEST_CASE("a budget of nothing is an error") {
    CHECK(caller(1, sim::Budget{}).build().text().starts_with("budget: says neither 'calls' nor 'messages'"));
  }
}

TEST_SUITE("retry-amplification") {
  TEST_CASE("calls for one purpose count together, whatever became of them") {
    CHECK(judged(caller(3, sim::RetryAmplification{})).found.empty());
    const Verdicts stormy = judged(caller(5, sim::RetryAmplification{}));
    CHECK(stormy.found == Lines{"retry-amplification: search by coder"});
    CHECK(stormy.reasons == Lines{"search is called by coder for the 4th time for one purpose"});
  }

  TEST_CASE("calls for different purposes do not") {
    Workflow workflow = quick();
    workflow.tool("search");
    Program many = program();
    for (int i = 0; i < 5; ++i) many = std::move(many).call("search", {.for_ = i});
    workflow.agent("coder", std::move(many));
    CHECK(judged(workflow.check("retry-amplification")).found.empty());
  }
}

TEST_SUITE("deadline") {
  TEST_CASE("an outcome that comes too late, or never") {
    CHECK(judged(slow_report(5ms, {.within = 5ms})).found.empty());
    const Verdicts late = judged(slow_report(6ms, {.within = 5ms}));
    CHECK(late.found == Lines{"deadline: coder"});
    CHECK(late.reasons == Lines{"5 ms after its arrival no outcome is reported", "coder is at work"});
    CHECK(late.at == std::vector{sim::Instant{5ms}});
    Workflow silent = quick();
    silent.agent("coder", program().work(1ms));
    CHECK(judged(silent.check(sim::Deadline{.within = 5ms})).reasons ==
          Lines{"5 ms after its arrival no outcome is reported", "everything has ended without a report"});
  }

  TEST_CASE("it has to say how long") {
    CHECK(slow_report(1ms, {}).build().text().starts_with("deadline: does not say 'within'"));
  }
}

TEST_SUITE("queue-bounds") {
  TEST_CASE("a mailbox or a queue that grows") {
    for (const bool queue : {false, true}) {
      CAPTURE(queue);
      CHECK(judged(backlog(5, queue)).found.empty());
      const Verdicts grown = judged(backlog(2, queue));
      CHECK(grown.found == Lines{queue ? "queue-bounds: queue code" : "queue-bounds: mailbox of tester"});
      CHECK(grown.reasons == Lines{queue ? "more than 2 messages wait in the queue code"
                                         : "more than 2 messages wait in the mailbox of tester"});
    }
  }
}

TEST_SUITE("recovery") {
  TEST_CASE("a backlog that is gone in time, and one that is not") {
    for (const bool queue : {false, true}) {
      CAPTURE(queue);
      CHECK(judged(overloaded(100ms, queue)).found.empty());
      const Verdicts late = judged(overloaded(30ms, queue));
      const std::string where = queue ? "queue code" : "mailbox of tester";
      CHECK(late.found == Lines{"recovery: " + where});
      CHECK(late.reasons == Lines{"more than 2 messages wait in the " + where + " for 30 ms"});
    }
  }

  TEST_CASE("a backlog at the end of a run is never gone") {
    const Verdicts left = judged(overloaded(10s, false, 2));
    CHECK(left.found == Lines{"recovery: mailbox of tester"});
    CHECK(left.reasons == Lines{"more than 2 messages wait in the mailbox of tester at the end"});
  }
}

}  // namespace squall::invariants
