// SPDX-License-Identifier: Apache-2.0
#include "tests/effort.hpp"
#include "tests/laws/containment.hpp"
#include "tests/laws/small_models.hpp"

namespace squall::laws {

TEST_SUITE("law 4, kind by kind") {
  TEST_CASE("with steps that are refused or done again, and messages out of role") {
    using namespace faults;
    const Profile steps{
        .lines = {{AgentRefuse{}, {}, {.chance = 10_percent}}, {AgentLoop{.times = 1}, {}, {.chance = 15_percent}}}};
    check_inside(compare(errands(), steps, 1, 300), 1);
    check_inside(compare(jobs(), steps, 1, 300), 1);
    check_inside(compare(news(), steps, 1, 300), 1);
    check_inside(compare(family(), steps, 1, 300), 1);
    check_inside(compare(saga(), steps, 1, 300), 1);
    check_inside(compare(two_at_once(), steps, 1, 300), 1);
    const Profile role{
        .lines = {{AgentOutOfRole{.topic = {"came"}, .to = "desk"}, {.agent = "bob"}, {.chance = 15_percent}}}};
    if (thorough) check_inside(compare(leases(), role, 1, 300), 1);
  }
  TEST_CASE("with timers, cancels, subscriptions and detectors that fail") {
    using namespace faults;
    const auto later = sim::Distribution::uniform(1ms, 9ms);
    const Profile notices{.lines = {{TimerLost{}, {}, {.chance = 20_percent}},
                                    {TimerEarly{.by = later}, {}, {.chance = 30_percent}},
                                    {CancelLost{}, {}, {.chance = 20_percent}},
                                    {CancelLate{.by = later}, {}, {.chance = 50_percent}},
                                    {LateSubscribe{.by = later}, {}, {.chance = 30_percent}},
                                    {DetectorWrong{}, {}, {.chance = 30_percent}}}};
    check_inside(compare(errands(), notices, 1, 300), 1);
    check_inside(compare(news(), notices, 2, 300), 2);
    check_inside(compare(family(), notices, 2, 300), 2);
  }
  TEST_CASE("with restarts that go on from the wrong checkpoint") {
    using namespace faults;
    const Profile wrong{
        .lines = {
            {AgentCrash{.restart = sim::Distribution::uniform(1ms, 9ms)}, {.agent = "peer"}, {.chance = 20_percent}},
            {CheckpointOld{}, {}, {.chance = 40_percent}},
            {CheckpointPartial{}, {}, {.chance = 40_percent}},
            {CheckpointForked{}, {}, {.chance = 40_percent}}}};
    if (thorough) check_inside(compare(family(), wrong, 2, 300), 2);
  }
  TEST_CASE("with quotas used up, unsound work, full inboxes, streams that break off") {
    using namespace faults;
    const Trigger soon{.until = sim::start_of_time + 20ms};
    const auto a_while = sim::Distribution::uniform(1ms, 20ms);
    const Profile quota{.lines = {{ToolQuota{.resets = a_while}, {.tool = "mail"}, {.chance = 30_percent}},
                                  {QueueFull{.lasts = a_while}, {.agent = "desk"}, soon}}};
    check_inside(compare(narrow(), quota, 1, 300), 1);
    const Profile streams{.lines = {{StreamCut{.after = 1, .lasts = a_while}, {.from = "asker"}, soon},
                                    {LinkSlow{.times = 5, .lasts = a_while}, {.from = "answerer"}, soon}}};
    check_inside(compare(asking(true), streams, 1, 300), 1);
    const Profile work{.lines = {{AgentWrong{}, {}, {.chance = 30_percent}},
                                 {AgentFalseAccept{}, {}, {.chance = 50_percent}},
                                 {TornWrite{}, {}, {.chance = 30_percent}},
                                 {MessageStaleReply{}, {}, {.chance = 50_percent}}}};
    check_inside(compare(reviewing(), work, 2, 300), 2);
  }
}

}  // namespace squall::laws
