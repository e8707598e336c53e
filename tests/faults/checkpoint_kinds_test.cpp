// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::checkpoint_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

/// Counts to 3, 10 ms each, with a checkpoint after each; then says how far it came.
Workflow counting() {
  Workflow workflow{"counting"};
  Program count = program();
  for (int n = 1; n <= 3; ++n) count.work(ms_of(10)).set("n", var("n") + 1).emit("counts", n).checkpoint();
  count.work(ms_of(10)).emit("ends with", var("n"));
  workflow.agent("ann", {.program = count, .vars = {{"n", 0}}, .resume = sim::Resume::checkpoint});
  return workflow;
}
const Lines undisturbed{"10ms ann says counts 1", "20ms ann says counts 2", "30ms ann says counts 3",
                        "40ms ann says ends with 3", "40ms ann ended"};

/// Down at 35 ms, up again 5 ms later.
Line crash() {
  return {AgentCrash{.restart = sim::Distribution::constant(5ms)}, {.agent = "ann"}, {.at = sim::start_of_time + 35ms}};
}
Told crashed(const Fault& fault, const Trigger& trigger) {
  return under(counting(), Profile{.lines = {crash(), {fault, {}, trigger}}});
}
Lines after_restart(const Told& told) { return {told.lines.begin() + 3, told.lines.end()}; }

}  // namespace

TEST_SUITE("faults of checkpoints") {
  TEST_CASE("none strikes at 0 %, and without a restart none that strikes one") {
    CHECK(said(counting()) == undisturbed);
    for (const Fault& fault : {Fault{CheckpointOld{}}, Fault{CheckpointPartial{}}, Fault{CheckpointForked{}}})
      check_never(counting(), fault);
    CHECK(under(counting(), CheckpointOld{}).plan.lines.empty());
    CHECK(under(counting(), CheckpointForked{}).plan.lines.empty());
  }
  TEST_CASE("a restart goes on from the last checkpoint") {
    CHECK(after_restart(under(counting(), Profile{.lines = {crash()}})) ==
          Lines{"50ms ann says ends with 3", "50ms ann ended"});
  }
  TEST_CASE("an old one: from the one before, with the variables of that") {
    const Told told = crashed(CheckpointOld{}, {});
    CHECK(after_restart(told) == Lines{"50ms ann says counts 3", "60ms ann says ends with 3", "60ms ann ended"});
    CHECK(told.plan_lines()[1] == "checkpoint-old: {agent: ann, nth: 1}");
    CHECK(told.struck == std::vector<std::uint32_t>{1, 1});
  }
  TEST_CASE("where there is only one, an old one takes no effect") {
    Workflow workflow{"once"};
    workflow.agent("ann", {.program = program().work(ms_of(10)).checkpoint().work(ms_of(30)).emit("done"),
                           .resume = sim::Resume::checkpoint});
    CHECK(under(workflow, Profile{.lines = {crash(), {CheckpointOld{}, {}, {}}}}).struck ==
          std::vector<std::uint32_t>{1, 0});
  }
  TEST_CASE("a partial one: the position, and variables of the checkpoint before") {
    CHECK(after_restart(crashed(CheckpointPartial{}, {.nth = 3})) ==
          Lines{"50ms ann says ends with 2", "50ms ann ended"});
    CHECK(after_restart(crashed(CheckpointPartial{}, {})) == Lines{"50ms ann says ends with", "50ms ann ended"});
  }
  TEST_CASE("an agent without variables has nothing that a partial one could leave out") {
    Workflow workflow{"plain"};
    workflow.agent("ann", {.program = program().checkpoint().work(ms_of(5)), .resume = sim::Resume::checkpoint});
    CHECK(under(workflow, CheckpointPartial{}).plan.lines.empty());
  }
  TEST_CASE("a forked one: two go on, with one set of variables") {
    const Told told = crashed(CheckpointForked{}, {});
    CHECK(after_restart(told) ==
          Lines{"50ms ann says ends with 3", "50ms ann ended", "50ms ann says ends with 3", "50ms ann ended"});
    CHECK(told.plan_lines()[1] == "checkpoint-forked: {agent: ann, nth: 1}");
  }
  TEST_CASE("both at once: two go on from the checkpoint before") {
    const Profile faults{.lines = {crash(), {CheckpointOld{}, {}, {}}, {CheckpointForked{}, {}, {}}}};
    CHECK(after_restart(under(counting(), faults)) == Lines{"50ms ann says counts 3", "50ms ann says counts 3",
                                                            "60ms ann says ends with 4", "60ms ann ended",
                                                            "60ms ann says ends with 4", "60ms ann ended"});
  }
  TEST_CASE("a lost one counts what is saved, not what is restored") {
    // Three before the crash, and, since she begins anew, three after it.
    CHECK(crashed(CheckpointLost{}, {}).struck == std::vector<std::uint32_t>{1, 6});
  }
  TEST_CASE("another fault does not change which are struck") {
    const Line slow{AgentSlow{.times = 2}, {}, {.chance = 50_percent}};
    check_alone(counting(), {CheckpointPartial{}, {}, {.chance = 50_percent}}, slow);
  }
}

}  // namespace squall::checkpoint_kinds_test
