// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow spawner(OnParentEnd policy, sim::Duration childs_work = 20ms) {
  Workflow workflow = quick();
  workflow.agent("lead", program().spawn("worker", {.on_parent_end = policy}).work(5ms));
  workflow.agent("worker", {.program = program().work(Time{childs_work}), .start = sim::Start::spawned});
  return workflow.check("no-orphans");
}

}  // namespace

TEST_SUITE("no-orphans") {
  TEST_CASE("a child that goes on after its parent") {
    CHECK(judged(spawner(OnParentEnd::cancel)).found.empty());
    CHECK(judged(spawner(OnParentEnd::wait)).found.empty());
    const Verdicts orphan = judged(spawner(OnParentEnd::orphan));
    CHECK(orphan.found == Lines{"no-orphans: worker of lead"});
    CHECK(orphan.reasons == Lines{"lead is over, and worker[0], which it has spawned, goes on",
                                  "nobody has asked it to stop, and nobody will hear of its end"});
    CHECK(orphan.at == std::vector{sim::Instant{5ms}});
  }

  TEST_CASE("a child that is over before its parent is none") {
    CHECK(judged(spawner(OnParentEnd::orphan, 2ms)).found.empty());
  }

  TEST_CASE("a crash of the parent leaves those that it waits for, and stops the others") {
    const Workflow waits = spawner(OnParentEnd::wait);
    const StrikeBy crash = crashes(waits, "lead", 2);
    CHECK(judged(waits, &crash).found == Lines{"no-orphans: worker of lead"});
    const Workflow cancels = spawner(OnParentEnd::cancel);
    const StrikeBy same = crashes(cancels, "lead", 2);
    CHECK(judged(cancels, &same).found.empty());
  }

  TEST_CASE("explored worlds know orphans") {
    CHECK(explored(spawner(OnParentEnd::orphan)) == Lines{"no-orphans"});
    CHECK(explored(spawner(OnParentEnd::wait)).empty());
  }
}

}  // namespace squall::invariants
