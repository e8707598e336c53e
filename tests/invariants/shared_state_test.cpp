// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow two_instances(bool shared, sim::Reducer reducer = sim::Reducer::last) {
  Workflow workflow = quick();
  KeySpec plan = quick_key(0);
  plan.shared = shared;
  plan.reducer = reducer;
  workflow.key("plan", plan);
  workflow.agent("planner", program().write("plan", 1).sleep(10ms).read("plan"));
  workflow.load(2, sim::Distribution::constant(5ms));
  return workflow.check("isolation");
}

/// Lead and worker go on with one history.
Workflow historians(sim::Duration worker_comes) {
  Workflow workflow = quick();
  KeySpec log = quick_key(0);
  log.reducer = sim::Reducer::sum;
  workflow.key("log", log);
  workflow.agent("lead", program().read("log").work(10ms).write("log", 1));
  workflow.agent("worker", program().sleep(worker_comes).read("log").work(10ms).write("log", 1));
  return workflow.check("no-fork").check("no-lost-update");
}

}  // namespace

TEST_SUITE("isolation") {
  TEST_CASE("what another instance has written is not for this one") {
    CHECK(judged(two_instances(false)).found.empty());
    const Verdicts mixed = judged(two_instances(true));
    CHECK(mixed.found == Lines{"isolation: plan of another instance read by planner"});
    CHECK(mixed.reasons == Lines{"planner reads version 2 of plan, which instance 1 has written (instance 0)"});
  }

  TEST_CASE("a key that combines belongs to all who took part") {
    CHECK(judged(two_instances(true, sim::Reducer::sum)).reasons ==
          Lines{"planner reads version 2 of plan, which several instances have written (instance 0)"});
  }

  TEST_CASE("one instance has nobody to be kept from") { CHECK(judged(two_instances(true).load(1, {})).found.empty()); }
}

TEST_SUITE("no-fork") {
  TEST_CASE("two who go on from the same version make two heads, even where both are kept") {
    CHECK(judged(historians(20ms)).found.empty());
    const Verdicts forked = judged(historians(5ms));
    CHECK(forked.found == Lines{"no-fork: log by lead and worker"});
    CHECK(forked.reasons == Lines{"worker has read version 0 of log", "lead goes on from there with version 1",
                                  "worker goes on from there as well, with version 2"});
  }

  TEST_CASE("a fork is told even where the version beside it is no longer kept") {
    Workflow workflow = quick();
    KeySpec log = quick_key(0);
    log.reducer = sim::Reducer::sum;
    workflow.key("log", log);
    workflow.agent("lead", program().repeat(program().write("log", 1), {.times = 12}));
    workflow.agent("worker", program().read("log").work(100ms).write("log", 1));
    CHECK(judged(workflow.check("no-fork")).found == Lines{"no-fork: log by somebody and worker"});
  }

  TEST_CASE("who has not read goes on from nothing") {
    Workflow workflow = quick();
    workflow.key("log", quick_key(0));
    for (const char* name : {"a", "b"}) workflow.agent(name, program().write("log", 1));
    CHECK(judged(workflow.check("no-fork")).found.empty());
  }

  TEST_CASE("exploration finds the order in which it happens") {
    CHECK(explored(historians(20ms)) == Lines{"no-fork"});
  }
}

}  // namespace squall::invariants
