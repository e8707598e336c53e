// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow user(bool releases, sim::ResourceInfo::Frees frees = sim::ResourceInfo::Frees::never,
              sim::ResourceInfo::Kind kind = sim::ResourceInfo::Kind::lock) {
  Workflow workflow = quick();
  workflow.resource("db", {.kind = kind, .period = 10ms, .frees = frees});
  Program program_of_user = program().acquire("db").work(1ms);
  if (releases) program_of_user.release("db");
  workflow.agent("user", program_of_user);
  workflow.agent("next", program().sleep(500us).acquire("db").release("db"));
  return workflow.check("release");
}

}  // namespace

TEST_SUITE("release") {
  TEST_CASE("who ends with a lock in hand") {
    CHECK(judged(user(true)).found.empty());
    const Verdicts held = judged(user(false));
    CHECK(held.found == Lines{"release: lock db of user"});
    CHECK(held.reasons == Lines{"user is over, and has not released db", "next stands in line for it"});
    CHECK(held.at == std::vector{sim::Instant{1ms}});
  }

  TEST_CASE("a lock that frees itself, and a lease") {
    CHECK(judged(user(false, sim::ResourceInfo::Frees::on_end)).found.empty());
    CHECK(judged(user(false, sim::ResourceInfo::Frees::never, sim::ResourceInfo::Kind::lease)).found.empty());
  }

  TEST_CASE("who crashes with a lock in hand") {
    const Workflow keeps = user(true);
    const StrikeBy crash = crashes(keeps, "user", 3);
    CHECK(judged(keeps, &crash).found == Lines{"release: lock db of user"});
    const Workflow frees = user(true, sim::ResourceInfo::Frees::on_crash);
    const StrikeBy same = crashes(frees, "user", 3);
    CHECK(judged(frees, &same).found.empty());
  }

  TEST_CASE("explored worlds know it") {
    CHECK(explored(user(true)).empty());
    CHECK(explored(user(false)) == Lines{"release"});
  }
}

}  // namespace squall::invariants
