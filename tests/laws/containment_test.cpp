// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/containment.hpp"

#include "scenarios/builtin/feature_team.hpp"
#include "tests/effort.hpp"
#include "tests/laws/small_models.hpp"

namespace squall::laws {
namespace {

faults::Profile messages(sim::Probability chance) {
  using namespace faults;
  return {
      .lines = {{MessageLoss{}, {}, {.chance = chance}},
                {MessageDuplicate{.copies = 1, .after = sim::Distribution::uniform(0ms, 50ms)}, {}, {.chance = chance}},
                {MessageDelay{.times = 20}, {}, {.chance = chance}}}};
}
faults::Profile agents(sim::Probability chance) {
  using namespace faults;
  return {
      .lines = {
          {AgentCrash{.side = Side::before, .restart = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = chance}},
          {AgentCrash{.side = Side::after, .memory = true}, {}, {.chance = chance}},
          {AgentRestart{.down = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = chance}}}};
}

}  // namespace

TEST_SUITE("law 4: what happens in time can happen without") {
  TEST_CASE("without faults") {
    check_inside(compare(asking(true), {}, 0, 200), 0);
    check_inside(compare(asking(false), {}, 0, 200), 0);
    check_inside(compare(counters(), {}, 0, 200), 0);
    check_inside(compare(errands(), {}, 0, 200), 0);
    check_inside(compare(jobs(), {}, 0, 200), 0);
    check_inside(compare(news(), {}, 0, 200), 0);
    check_inside(compare(family(), {}, 0, 200), 0);
    check_inside(compare(leases(), {}, 0, 200), 0);
    check_inside(compare(saga(), {}, 0, 200), 0);
    check_inside(compare(narrow(), {}, 0, 200), 0);
    check_inside(compare(two_at_once(), {}, 0, 200), 0);
    check_inside(compare(built(feature_team()), {}, 0, 50), 0);
    check_inside(compare(built(feature_team_fixed()), {}, 0, 50), 0);
  }
  TEST_CASE("with messages lost, doubled and delayed, at most two of them") {
    check_inside(compare(asking(true), messages(15_percent), 2, 300), 2);
    check_inside(compare(asking(false), messages(15_percent), 2, 300), 2);
    check_inside(compare(errands(), messages(15_percent), 2, 300), 2);
    if (thorough) check_inside(compare(jobs(), messages(15_percent), 1, 300), 1);
    if (thorough) check_inside(compare(news(), messages(15_percent), 2, 300), 2);
    check_inside(compare(family(), messages(15_percent), 2, 300), 2);
    if (thorough) check_inside(compare(leases(), messages(15_percent), 1, 300), 1);
    check_inside(compare(saga(), messages(30_percent), 1, 300), 1);
    check_inside(compare(narrow(), messages(15_percent), 1, 300), 1);
    check_inside(compare(two_at_once(), messages(15_percent), 1, 300), 1);
    check_inside(compare(built(feature_team()), messages(15_percent), 2, 100), 2);
  }
  TEST_CASE("with an agent that crashes, in the middle of a turn or after it") {
    check_inside(compare(asking(true), agents(10_percent), 1, 300), 1);
    if (thorough) check_inside(compare(counters(), agents(10_percent), 1, 300), 1);
    check_inside(compare(errands(), agents(10_percent), 1, 300), 1);
    if (thorough) check_inside(compare(jobs(), agents(5_percent), 1, 300), 1);
    if (thorough) check_inside(compare(family(), agents(10_percent), 1, 300), 1);
    if (thorough) check_inside(compare(leases(), agents(5_percent), 1, 300), 1);
    if (thorough) check_inside(compare(saga(), agents(10_percent), 1, 300), 1);
    check_inside(compare(narrow(), agents(10_percent), 1, 300), 1);
    check_inside(compare(two_at_once(), agents(10_percent), 1, 300), 1);
    check_inside(compare(built(feature_team_fixed()), agents(10_percent), 1, 100), 1);
  }
  TEST_CASE("with messages spoilt and taken out of order") {
    using namespace faults;
    const Profile both{
        .lines = {{MessageReorder{.by = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = 15_percent}},
                  {MessageCorrupt{}, {}, {.chance = 15_percent}}}};
    check_inside(compare(asking(true), both, 2, 300), 2);
    check_inside(compare(leases(), both, 1, 300), 1);
    check_inside(compare(built(feature_team()), both, 1, 100), 1);
    const Profile field{.lines = {{MessageCorrupt{.field = "n", .value = 7}, {}, {.chance = 15_percent}}}};
    check_inside(compare(asking(true), field, 1, 300), 1);
  }
  TEST_CASE("with links cut, for a while or for good") {
    using namespace faults;
    const auto cuts = [](const char* whom, bool drops) {
      const Cut while_{.lasts = sim::Distribution::uniform(1ms, 20ms), .drops_in_flight = drops};
      const Trigger soon{.until = sim::start_of_time + 30ms};
      return Profile{.lines = {{Partition{while_}, {.from = whom}, soon}, {OneWayPartition{}, {.to = whom}, soon}}};
    };
    check_inside(compare(asking(true), cuts("asker", false), 2, 300), 2);
    check_inside(compare(asking(false), cuts("answerer", true), 2, 300), 2);
    check_inside(compare(errands(), cuts("clerk", false), 1, 300), 1);
    check_inside(compare(jobs(), cuts("giver", true), 1, 300), 1);
    check_inside(compare(family(), cuts("parent", true), 1, 300), 1);
  }
  TEST_CASE("with agents that hang, are paused or slow") {
    using namespace faults;
    const Profile halts{
        .lines = {{AgentHang{}, {}, {.chance = 5_percent}},
                  {AgentHang{.side = Side::after}, {}, {.chance = 5_percent}},
                  {AgentPause{.lasts = sim::Distribution::uniform(1ms, 30ms)}, {}, {.chance = 20_percent}},
                  {AgentSlow{.times = 4}, {}, {.chance = 20_percent}}}};
    check_inside(compare(asking(true), halts, 1, 300), 1);
    check_inside(compare(counters(), halts, 1, 300), 1);
    check_inside(compare(errands(), halts, 1, 300), 1);
    check_inside(compare(jobs(), halts, 1, 300), 1);
    check_inside(compare(news(), halts, 1, 300), 1);
    check_inside(compare(family(), halts, 1, 300), 1);
    check_inside(compare(leases(), halts, 1, 300), 1);
    check_inside(compare(narrow(), halts, 1, 300), 1);
    check_inside(compare(two_at_once(), halts, 1, 300), 1);
  }
  TEST_CASE("with tools, keys and leases that go wrong") {
    using namespace faults;
    const Profile shared{
        .lines = {{ToolError{.effect = true}, {}, {.chance = 15_percent}},
                  {ToolTimeout{.after = sim::Distribution::uniform(1ms, 9ms)}, {}, {.chance = 15_percent}},
                  {ToolDoneButNoReply{}, {}, {.chance = 15_percent}},
                  {ToolRateLimit{.retry_after = sim::Distribution::constant(5ms)}, {}, {.chance = 15_percent}},
                  {StaleRead{}, {}, {.chance = 30_percent}},
                  {LostWrite{}, {}, {.chance = 15_percent}},
                  {LeaseExpiresEarly{}, {}, {.chance = 30_percent}}}};
    check_inside(compare(counters(), shared, 2, 300), 2);
    check_inside(compare(errands(), shared, 2, 300), 2);
    check_inside(compare(leases(), shared, 1, 300), 1);
    check_inside(compare(saga(), shared, 1, 300), 1);
    check_inside(compare(narrow(), shared, 1, 300), 1);
  }
  TEST_CASE("with an agent that crashes at a set time, between two events") {
    using namespace faults;
    const Profile at{.lines = {{AgentCrash{.restart = sim::Distribution::constant(3ms)},
                                {.agent = "client"},
                                {.at = sim::start_of_time + 9ms}}}};
    check_inside(compare(errands(), at, 1, 100), 1);
  }
  TEST_CASE("a budget that is too small leaves states outside: the comparison can fail") {
    sim::Model model = asking(true);
    const faults::Profile lossy{.lines = {{faults::MessageLoss{}, {}, {.chance = 30_percent}}}};
    model.fault_shadow = faults::Armed::shadow_bytes(1);
    const faults::Armed armed(model, lossy);
    const Reachable none(model, &armed, 0);
    const Reachable one(model, &armed, 1);
    CHECK(none.size() < one.size());
  }
}

}  // namespace squall::laws
