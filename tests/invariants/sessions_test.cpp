// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// Shows this agent's reads of a key, by its number, so many versions further back: all of them, or the `nth` alone.
StrikeBy shows_older(const Workflow& workflow, const std::string& name, std::uint32_t key, std::uint32_t nth = 0) {
  return {sim::Strike::context, [agent = agent_of(workflow, name), key, nth,
                                 count = std::make_shared<std::uint32_t>(0)](sim::World&, const sim::Target& target) {
            const bool read = target.agent == agent && target.operation == sim::Operation::read && target.detail == key;
            const bool now = read && (++*count == nth || nth == 0);
            return sim::Verdict{.choice = now ? 1U : 0U};
          }};
}

/// Swallows this agent's first write.
StrikeBy keeps_nothing(const Workflow& workflow, const std::string& name) {
  return {sim::Strike::context, [agent = agent_of(workflow, name), left = std::make_shared<bool>(true)](
                                    sim::World&, const sim::Target& target) {
            const bool now = target.agent == agent && target.operation == sim::Operation::write && *left;
            if (now) *left = false;
            return sim::Verdict{.drop = now};
          }};
}

Workflow planner_reads_own(sim::Consistency consistency) {
  Workflow workflow = quick();
  workflow.key("plan", late_key(consistency));
  workflow.agent("planner", program().write("plan", 1).read("plan"));
  return workflow.check("read-your-writes");
}

Workflow two_reads() {
  Workflow workflow = quick();
  workflow.key("plan", quick_key(0));
  workflow.agent("planner", program().write("plan", 1));
  workflow.agent("coder", program().sleep(5ms).read("plan").read("plan"));
  return workflow.check("monotonic-reads");
}

/// The planner writes plan, then code; the coder reads code, then plan, which takes `lag` to arrive.
Workflow two_writes(sim::Duration lag) {
  Workflow workflow = quick();
  for (const char* name : {"plan", "code"}) {
    workflow.key(name, late_key(sim::Consistency::eventual, name == std::string{"plan"} ? lag : 0ms));
  }
  workflow.agent("planner", program().write("plan", 1).write("code", 1));
  workflow.agent("coder", program().sleep(10ms).read("code").read("plan"));
  return workflow.check("monotonic-writes").check("monotonic-reads");
}

/// The planner writes plan; the coder reads it and writes code; docs reads code, then plan.
Workflow code_rests_on_plan() {
  Workflow workflow = quick();
  for (const char* name : {"plan", "code"}) workflow.key(name, quick_key(0));
  workflow.agent("planner", program().write("plan", 1));
  workflow.agent("coder", program().sleep(5ms).read("plan").write("code", 1));
  workflow.agent("docs", program().sleep(10ms).read("code").read("plan"));
  return workflow.check("writes-follow-reads").check("causal");
}

/// The same through one pair of hands more.
Workflow report_rests_on_plan() {
  Workflow workflow = quick();
  for (const char* name : {"plan", "code", "report"}) workflow.key(name, quick_key(0));
  workflow.agent("planner", program().write("plan", 1));
  workflow.agent("coder", program().sleep(5ms).read("plan").write("code", 1));
  workflow.agent("tester", program().sleep(10ms).read("code").write("report", 1));
  workflow.agent("docs", program().sleep(15ms).read("report").read("plan"));
  return workflow.check("writes-follow-reads").check("causal");
}

}  // namespace

TEST_SUITE("read-your-writes") {
  TEST_CASE("what one has written oneself has arrived for oneself") {
    CHECK(judged(planner_reads_own(sim::Consistency::strong)).found.empty());
    const Verdicts late = judged(planner_reads_own(sim::Consistency::eventual));
    CHECK(late.found == Lines{"read-your-writes: plan read by planner"});
    CHECK(late.reasons ==
          Lines{"planner has written plan when version 0 was there", "planner is given version 0 of plan"});
  }

  TEST_CASE("a write that was acknowledged and not kept is not seen either, until somebody has written again") {
    const Workflow workflow = planner_reads_own(sim::Consistency::strong);
    const StrikeBy lost = keeps_nothing(workflow, "planner");
    CHECK(judged(workflow, &lost).found == Lines{"read-your-writes: plan read by planner"});
    Workflow again = quick();
    again.key("plan", quick_key(0));
    again.agent("planner", program().write("plan", 1).sleep(10ms).read("plan"));
    again.agent("coder", program().sleep(5ms).write("plan", 2));
    const StrikeBy first = keeps_nothing(again, "planner");
    CHECK(judged(again.check("read-your-writes"), &first).found.empty());
  }

  TEST_CASE("what others have written is nobody's own") {
    Workflow workflow = quick();
    workflow.key("plan", quick_key(0));
    workflow.agent("planner", program().write("plan", 1));
    workflow.agent("coder", program().sleep(5ms).read("plan"));
    const StrikeBy older = shows_older(workflow, "coder", 0);
    CHECK(judged(workflow.check("read-your-writes"), &older).found.empty());
  }

  TEST_CASE("without time too: exploration finds it") {
    CHECK(explored(planner_reads_own(sim::Consistency::strong)).empty());
    CHECK(explored(planner_reads_own(sim::Consistency::eventual)) == Lines{"read-your-writes"});
  }

  TEST_CASE("only of the keys that are named") {
    Workflow workflow = quick();
    const KeySpec late = late_key(sim::Consistency::eventual);
    workflow.key("plan", late).key("code", late);
    workflow.agent("planner", program().write("plan", 1).read("plan").write("code", 1).read("code"));
    CHECK(judged(workflow.check(sim::ReadYourWrites{.keys = {{"code"}}})).found ==
          Lines{"read-your-writes: code read by planner"});
  }

  TEST_CASE("each instance has keys of its own; shared ones go on") {
    for (const bool shared : {false, true}) {
      Workflow workflow = quick();
      KeySpec plan = quick_key(0);
      plan.shared = shared;
      workflow.key("plan", plan);
      workflow.agent("planner", program().read("plan").write("plan", 1));
      workflow.load(2, sim::Distribution::constant(10ms));
      // The second instance's read is of version 1 where the key is shared, and then one back.
      const StrikeBy older = shows_older(workflow, "planner", 0, 2);
      CHECK(judged(workflow.check("read-your-writes"), &older).found ==
            (shared ? Lines{"read-your-writes: plan read by planner"} : Lines{}));
    }
  }
}

TEST_SUITE("monotonic-reads") {
  TEST_CASE("what one has read is not taken back") {
    const Workflow workflow = two_reads();
    const StrikeBy always = shows_older(workflow, "coder", 0);
    CHECK(judged(workflow, &always).found.empty());  // old, and not going back
    const StrikeBy second = shows_older(workflow, "coder", 0, 2);
    const Verdicts back = judged(workflow, &second);
    CHECK(back.found == Lines{"monotonic-reads: plan read by coder"});
    CHECK(back.reasons == Lines{"coder has read version 1 of plan", "coder is given version 0 of plan"});
  }
}

TEST_SUITE("monotonic-writes") {
  TEST_CASE("who has seen a write has seen what its writer wrote before") {
    CHECK(judged(two_writes(5ms)).found.empty());
    const Verdicts late = judged(two_writes(20ms));
    CHECK(late.found == Lines{"monotonic-writes: plan of planner at coder"});
    CHECK(late.reasons == Lines{"coder has read code, whose writer had written version 1 of plan before",
                                "coder is given version 0 of plan"});
  }

  TEST_CASE("who has seen neither may see the older one") {
    Workflow workflow = two_writes(20ms);
    workflow.agent("docs", program().sleep(10ms).read("plan"));
    CHECK(judged(workflow).found == Lines{"monotonic-writes: plan of planner at coder"});
  }
}

TEST_SUITE("writes-follow-reads and causal") {
  TEST_CASE("what rests on a read is seen after what was read") {
    const Workflow workflow = code_rests_on_plan();
    CHECK(judged(workflow).found.empty());
    const StrikeBy older = shows_older(workflow, "docs", 0);
    const Verdicts back = judged(workflow, &older);
    CHECK(back.found == Lines{"writes-follow-reads: plan before code at docs", "causal: plan before code at docs"});
    CHECK(back.reasons ==
          Lines{"docs has read code, whose writer had read version 1 of plan before", "docs is given version 0 of plan",
                "docs has read code, which came after version 1 of plan", "docs is given version 0 of plan"});
  }

  TEST_CASE("through several hands only causal follows") {
    const Workflow workflow = report_rests_on_plan();
    CHECK(judged(workflow).found.empty());
    const StrikeBy older = shows_older(workflow, "docs", 0);
    CHECK(judged(workflow, &older).found == Lines{"causal: plan before report at docs"});
  }

  TEST_CASE("who writes without having read rests on nothing") {
    Workflow workflow = quick();
    for (const char* name : {"plan", "code"}) workflow.key(name, quick_key(0));
    workflow.agent("planner", program().write("plan", 1));
    workflow.agent("coder", program().sleep(5ms).write("code", 1));
    workflow.agent("docs", program().sleep(10ms).read("code").read("plan"));
    const StrikeBy older = shows_older(workflow, "docs", 0);
    CHECK(judged(workflow.check("writes-follow-reads").check("causal"), &older).found.empty());
  }

  TEST_CASE("causal is the other guarantees, too") {
    Workflow own = planner_reads_own(sim::Consistency::eventual);
    CHECK(judged(own.check("causal")).found ==
          Lines{"read-your-writes: plan read by planner", "causal: plan read by planner"});
    Workflow writes = two_writes(20ms);
    CHECK(judged(writes.check("causal")).found ==
          Lines{"monotonic-writes: plan of planner at coder", "causal: plan before code at coder"});
  }

  TEST_CASE("causal keys are causal in whatever order") {
    Workflow workflow = quick();
    for (const char* name : {"plan", "code"}) {
      workflow.key(name, late_key(sim::Consistency::causal));
    }
    workflow.agent("planner", program().write("plan", 1));
    workflow.agent("coder", program().read("plan").write("code", 1));
    workflow.agent("docs", program().read("code").read("plan"));
    CHECK(explored(workflow.check("causal")).empty());
  }
}

}  // namespace squall::invariants
