// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// Shows every read of the named agents one version further back.
StrikeBy behind(const Workflow& workflow, const Lines& names) {
  std::vector<sim::AgentId> agents;
  for (const std::string& name : names) agents.push_back(agent_of(workflow, name));
  return {sim::Strike::context, [agents](sim::World&, const sim::Target& target) {
            const bool read = target.operation == sim::Operation::read;
            return sim::Verdict{.choice = read && std::ranges::count(agents, target.agent) != 0 ? 1U : 0U};
          }};
}

/// A plan that takes 10 ms to write, from 10 to 20 ms; each reader begins when it says, and is done 1 ms later.
Workflow slow_write(const std::vector<std::pair<const char*, sim::Duration>>& readers) {
  Workflow workflow = quick();
  KeySpec plan = quick_key(0);
  workflow.key("plan", plan);
  KeySpec slow = plan;
  slow.latency = sim::Distribution::constant(10ms);
  workflow.key("slow", slow);
  workflow.agent("planner", program().sleep(10ms).write("slow", 1));
  for (const auto& [name, when] : readers) workflow.agent(name, program().sleep(when).read("slow"));
  return workflow.check("linearizable");
}

/// Each writes one key, then reads the other one.
Workflow two_flags(sim::Consistency consistency) {
  Workflow workflow = quick();
  for (const char* name : {"left", "right"}) {
    workflow.key(name, late_key(consistency));
  }
  workflow.agent("ann", program().write("left", 1).read("right"));
  workflow.agent("bob", program().write("right", 1).read("left"));
  return workflow.check("sequential").check("causal");
}

}  // namespace

TEST_SUITE("linearizable") {
  TEST_CASE("while a write is under way either version may be given, and afterwards the new one alone") {
    for (const auto& [when, found] :
         {std::pair{15ms, Lines{}}, std::pair{21ms, Lines{"linearizable: slow read by coder"}}}) {
      const Workflow workflow = slow_write({{"coder", when}});
      CHECK(judged(workflow).found.empty());
      const StrikeBy older = behind(workflow, {"coder"});
      CHECK(judged(workflow, &older).found == found);
    }
    const Workflow workflow = slow_write({{"coder", 21ms}});
    const StrikeBy older = behind(workflow, {"coder"});
    CHECK(judged(workflow, &older).reasons == Lines{"coder is given version 0 of slow",
                                                    "an operation on version 1 was over before coder began to read",
                                                    "so version 0 was there no longer"});
  }

  TEST_CASE("once somebody has seen the new version, nobody sees the old one") {
    const Workflow workflow = slow_write({{"coder", 11ms}, {"docs", 23ms}});
    const StrikeBy older = behind(workflow, {"docs"});
    CHECK(judged(workflow, &older).found == Lines{"linearizable: slow read by docs"});
  }

  TEST_CASE("of two writes at once either may be the last") {
    Workflow workflow = quick();
    KeySpec slow = quick_key(0);
    slow.latency = sim::Distribution::constant(10ms);
    workflow.key("slow", slow);
    workflow.agent("ann", program().write("slow", 1));
    workflow.agent("bob", program().sleep(5ms).write("slow", 2));
    workflow.agent("cid", program().sleep(30ms).read("slow"));
    workflow.agent("dan", program().sleep(50ms).read("slow"));
    workflow.check("linearizable");
    const StrikeBy both = behind(workflow, {"cid", "dan"});
    CHECK(judged(workflow, &both).found.empty());  // older in the store, and nobody could tell
    const StrikeBy second = behind(workflow, {"dan"});
    CHECK(judged(workflow, &second).found == Lines{"linearizable: slow read by dan"});
    CHECK(judged(workflow, &second).reasons ==
          Lines{"dan is given version 1 of slow",
                "an operation on version 2 began when one on version 1 was over, and was over before dan began to read",
                "so version 1 was there no longer"});
  }

  TEST_CASE("whoever crashes over a write may have written or not, and has written once it was seen") {
    Workflow workflow = slow_write({{"coder", 31ms}});
    workflow.agent("docs", program().sleep(51ms).read("slow"));
    const StrikeBy crash = crashes(workflow, "planner", 2);
    CHECK(judged(workflow, &crash).found.empty());
  }

  TEST_CASE("without time: what is eventual is not linearizable, what is strong is") {
    for (const auto consistency : {sim::Consistency::strong, sim::Consistency::eventual}) {
      Workflow workflow = quick();
      workflow.key("plan", late_key(consistency));
      workflow.agent("ann", program().write("plan", 1).read("plan"));
      workflow.agent("bob", program().read("plan").write("plan", 2));
      CHECK(explored(workflow.check("linearizable")) ==
            (consistency == sim::Consistency::strong ? Lines{} : Lines{"linearizable"}));
    }
  }
}

TEST_SUITE("sequential") {
  TEST_CASE("each has written before it misses the other's write: causal, and in no one order") {
    CHECK(judged(two_flags(sim::Consistency::strong)).found.empty());
    const Verdicts missed = judged(two_flags(sim::Consistency::eventual));
    CHECK(missed.found == Lines{"sequential: left written by ann"});
    CHECK(missed.reasons ==
          Lines{"T1: ann writes version 1 of left", "T2: bob writes version 1 of right",
                "No order of all operations keeps that of each process and explains what was seen.",
                "T1 would replace what somebody has still to see.", "T2 would replace what somebody has still to see.",
                "The longest beginning that an order explains ends there: none of these can come next."});
  }

  TEST_CASE("reading late is no sin, as long as everybody goes forward") {
    Workflow workflow = quick();
    workflow.key("plan", late_key(sim::Consistency::eventual));
    workflow.agent("planner", program().write("plan", 1));
    workflow.agent("coder", program().sleep(10ms).read("plan").sleep(20ms).read("plan"));
    CHECK(judged(workflow.check("sequential").check("freshness")).found == Lines{"freshness: plan read by coder"});
  }

  TEST_CASE("with more operations than it remembers it is left open") {
    Workflow workflow = quick();
    workflow.key("plan", quick_key(0));
    workflow.agent("planner", program().repeat(program().write("plan", 1), {.times = 3}));
    CHECK(judged(Workflow{workflow}.check(sim::Sequential{.operations = 3})).undecided.empty());
    CHECK(judged(Workflow{workflow}.check(sim::Sequential{.operations = 2})).undecided ==
          Lines{"sequential: only the first 2 operations were judged: allow for more `operations`"});
    CHECK(Workflow{workflow}.check(sim::Sequential{.operations = 0}).build().text() ==
          "sequential: 'operations' is from 1 to 100,000; write it as `sequential: {OPTION: value}`\n");
  }

  TEST_CASE("exploration judges each way in which it can end") {
    CHECK(explored(two_flags(sim::Consistency::strong)).empty());
    CHECK(explored(two_flags(sim::Consistency::eventual)) == Lines{"sequential"});
  }
}

}  // namespace squall::invariants
