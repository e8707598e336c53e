// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "reports/views/chronicle.hpp"
#include "scenarios/workflow.hpp"

/// Which messages of a run are drawn as delayed.
namespace squall::reports {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

TEST_SUITE("delayed messages") {
  TEST_CASE("are those that a fault delays, and none of agents or topics whose names begin alike") {
    Workflow workflow{"alike"};
    workflow.agent("ann", program().send("bob", "plan").send("bob", "plan-b"));
    workflow.agent("annie", program().send("bob", "plan"));
    workflow.agent("bob", program().receive("plan").receive("plan").receive("plan-b"));
    workflow.latency(sim::Distribution::constant(1ms));
    const Scenario alike = scenario(std::move(workflow));
    const faults::Plan plan{{{.fault = faults::MessageDelay{.by = sim::Distribution::constant(2ms)},
                              .matcher = {.from = "ann", .to = "bob", .topic = "plan"},
                              .trigger = {.nth = 1}}}};
    const Recording recording = replay(alike, sim::Seed{1}, plan);
    REQUIRE(recording.injected.lines.size() == 1);
    const Chronicle all = chronicle(alike, recording, whole_run);
    REQUIRE(all.messages.size() == 3);
    for (const Passage& passage : all.messages) {
      CAPTURE(all.lanes[passage.from]);
      CAPTURE(passage.what);
      CHECK(passage.sent == sim::start_of_time);
      CHECK(passage.late == (all.lanes[passage.from] == "ann" && passage.what == "plan"));
    }
  }
}

}  // namespace
}  // namespace squall::reports
