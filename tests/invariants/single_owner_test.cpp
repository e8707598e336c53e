// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The worker pauses longer than its lease is valid, and goes on as if nothing had been; its rival has taken over.
Workflow leaders(sim::Duration pause, bool fenced, bool renews = false) {
  Workflow workflow = quick();
  workflow.resource("leader", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
  KeySpec state = quick_key(0);
  if (fenced) state.fenced_by = "leader";
  workflow.key("state", state);
  Program worker = program().acquire("leader").sleep(Time{pause});
  if (renews) worker.renew("leader", {.otherwise = program().acquire("leader")});
  const Otherwise refused{{"fenced", program().emit("refused")}};
  worker.write("state", 1, {.otherwise = refused}).release("leader", {.otherwise = program()});
  workflow.agent("worker", worker);
  workflow.agent("rival", program().sleep(1ms).acquire("leader").write("state", 2).sleep(8ms).release("leader"));
  return workflow.check("single-owner");
}

}  // namespace

TEST_SUITE("single-owner") {
  TEST_CASE("a late owner that writes") {
    CHECK(judged(leaders(5ms, false)).found.empty());
    const Verdicts late = judged(leaders(15ms, false));
    CHECK(late.found == Lines{"single-owner: leader, worker writes state"});
    CHECK(late.reasons == Lines{"the lease leader of worker (token 1) has run out, and it does not know",
                                "rival holds it now (token 2)",
                                "worker writes state all the same, and nothing refuses it"});
    CHECK(late.at == std::vector{sim::Instant{15ms}});
  }

  TEST_CASE("a fence refuses it") { CHECK(judged(leaders(15ms, true)).found.empty()); }

  TEST_CASE("who asks first learns that it is not the owner") {
    CHECK(judged(leaders(15ms, false, true)).found.empty());
  }

  TEST_CASE("an effect is acting as an owner too") {
    const auto calls = [](sim::Duration pause) {
      Workflow workflow = quick();
      workflow.resource("leader", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
      workflow.tool("deploy");
      workflow.agent("worker", program().acquire("leader").sleep(Time{pause}).call("deploy"));
      workflow.agent("rival", program().sleep(1ms).acquire("leader").sleep(8ms));
      return judged(workflow.check("single-owner")).found;
    };
    CHECK(calls(5ms).empty());
    CHECK(calls(15ms) == Lines{"single-owner: leader, worker calls deploy"});
  }

  TEST_CASE("another activation of the late owner's agent is not the late owner") {
    const auto two = [](bool late_one_writes) {
      Workflow workflow = quick();
      workflow.resource("leader", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
      workflow.key("state", quick_key(0));
      Program holds = program().acquire("leader").sleep(15ms);
      if (late_one_writes) holds.write("state", 1);
      workflow.agent("worker", {.on = {{"hold", holds}, {"write", program().write("state", 2)}}, .concurrency = 2});
      workflow.agent("boss", program().send("worker", "hold").sleep(13ms).send("worker", "write"));
      workflow.agent("rival", program().sleep(2ms).acquire("leader").sleep(8ms));
      return judged(workflow.check("single-owner")).found;
    };
    CHECK(two(false).empty());
    CHECK(two(true) == Lines{"single-owner: leader, worker writes state"});
  }

  TEST_CASE("explored worlds know the late owner, and the fence") {
    CHECK(explored(leaders(15ms, false)) == Lines{"single-owner"});
    CHECK(explored(leaders(15ms, true)).empty());
  }
}

}  // namespace squall::invariants
