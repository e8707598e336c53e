// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// `reader` takes so many of the two messages it is sent.
Workflow two_messages(int taken, bool leftover_ok = false) {
  Workflow workflow = quick();
  Program reader;
  for (int i = 0; i < taken; ++i) reader.receive("note");
  workflow.agent("writer", program().send("reader", "note").send("reader", "note"));
  workflow.agent("reader", reader.work(5ms));
  if (leftover_ok) workflow.topic("note", {.leftover_ok = true});
  return workflow.check("proper-completion");
}

Workflow lock_user(bool releases) {
  Workflow workflow = quick();
  workflow.resource("db", {});
  Program user = program().acquire("db").work(1ms);
  if (releases) user.release("db");
  workflow.agent("user", user);
  return workflow.check("proper-completion");
}

}  // namespace

TEST_SUITE("proper-completion") {
  TEST_CASE("a message that nobody has taken is left over") {
    CHECK(judged(two_messages(2)).found.empty());
    const Verdicts one = judged(two_messages(1));
    CHECK(one.found == Lines{"proper-completion: message note at reader"});
    CHECK(one.reasons == Lines{"reader has not taken note from writer out of its mailbox"});
    CHECK(judged(two_messages(1, true)).found.empty());
  }

  TEST_CASE("who waits at the end is left over, unless it is a daemon") {
    const auto waiter = [](bool daemon) {
      Workflow workflow = quick();
      workflow.agent("coder", {.program = program().receive("report"), .daemon = daemon});
      workflow.agent("tester",
                     program().choose({{sim::Probability{0}, program().send("coder", "report")}, {{}, program()}}));
      return workflow.check("proper-completion");
    };
    CHECK(judged(waiter(true)).found.empty());
    const Verdicts left = judged(waiter(false));
    CHECK(left.found == Lines{"proper-completion: coder waiting for report"});
    CHECK(left.reasons == Lines{"coder still waits for report, and nothing is under way any more"});
  }

  TEST_CASE("who hangs waits for nothing") {
    Workflow workflow = quick();
    workflow.agent("coder", program().work(1ms));
    workflow.check("proper-completion");
    const StrikeBy hang{sim::Strike::step,
                        [](sim::World&, const sim::Target&) { return sim::Verdict{.hang_before = true}; }};
    const Verdicts hung = judged(workflow, &hang);
    CHECK(hung.found == Lines{"proper-completion: coder hanging"});
    CHECK(hung.reasons == Lines{"coder hangs, and nothing is under way any more"});
  }

  TEST_CASE("a lock that nobody has released is left over") {
    CHECK(judged(lock_user(true)).found.empty());
    const Verdicts held = judged(lock_user(false));
    CHECK(held.found == Lines{"proper-completion: db held by user"});
    CHECK(held.reasons == Lines{"user has acquired db and nobody has released it"});
  }

  TEST_CASE("all that one instance leaves is told together") {
    Workflow workflow = quick();
    workflow.resource("db", {});
    workflow.agent("writer", program().send("reader", "note").acquire("db"));
    workflow.agent("reader", program().choose({{sim::Probability{0}, program().receive("note")}, {{}, program()}}));
    const Verdicts all = judged(workflow.check("proper-completion"));
    CHECK(all.found == Lines{"proper-completion: db held by writer, message note at reader"});
    CHECK(all.reasons == Lines{"reader has not taken note from writer out of its mailbox",
                               "writer has acquired db and nobody has released it"});
  }

  TEST_CASE("each instance is asked for what it has left itself") {
    Workflow workflow = two_messages(1);
    workflow.load(3, uniform(1ms, 2ms));
    const Verdicts all = judged(workflow);
    CHECK(all.found == Lines{"proper-completion: message note at reader"});  // the same trouble is told once
    CHECK(all.reasons == Lines{"reader has not taken note from writer out of its mailbox (instance 0)"});
    CHECK(judged(two_messages(2).load(3, uniform(1ms, 2ms))).found.empty());
  }

  TEST_CASE("a queue that nobody empties is left over") {
    const auto queue = [](bool taken) {
      Workflow workflow = quick();
      workflow.topic("job", {.mode = sim::TopicInfo::Mode::queue});
      workflow.agent("writer", program().publish("job"));
      Program worker = program().receive("job");
      if (!taken) worker = program().choose({{sim::Probability{0}, program().receive("job")}, {{}, program()}});
      workflow.agent("worker", worker);
      return workflow.check("proper-completion");
    };
    CHECK(judged(queue(true)).found.empty());
    CHECK(judged(queue(false)).found == Lines{"proper-completion: message job in its queue"});
  }

  TEST_CASE("explored worlds are judged at their ends") {
    CHECK(explored(two_messages(2)).empty());
    CHECK(explored(two_messages(1)) == Lines{"proper-completion"});
    CHECK(explored(lock_user(false)) == Lines{"proper-completion"});
  }
}

}  // namespace squall::invariants
