// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "scenarios/run.hpp"

// What lies in the mailbox of an agent when it crashes: gone with it, or there for the agent that starts again.
namespace squall::crashed_mailbox_test {

using namespace faults;
using namespace scenarios;
using namespace std::chrono_literals;

namespace {

/// How many jobs a hand does: two lie before it at 1 ms, each takes 100 ms, and it is down from 50 to 60 ms.
std::int64_t jobs_done(const Mailbox& mailbox, bool crash) {
  Workflow team{"team"};
  team.latency(sim::Distribution::constant(1ms));
  team.agent("boss", program().send("hand", "job").send("hand", "job"));
  team.agent("hand", {.on = {{"job", program().work(100ms).emit("did")}}, .mailbox = mailbox});
  Plan plan;
  if (crash) {
    plan.lines.push_back({.fault = AgentCrash{.restart = sim::Distribution::constant(10ms)},
                          .matcher = {.agent = "hand"},
                          .trigger = {.at = sim::start_of_time + 50ms}});
  }
  const Recording recording = replay(scenario(team), sim::Seed{1}, plan);
  CHECK(recording.injected.lines.size() == plan.lines.size());
  return std::ranges::count(recording.trace.lines(), sim::Seen::emitted,
                            [](const sim::TraceLine& line) { return line.seen.kind; });
}

}  // namespace

TEST_SUITE("the mailbox of an agent that crashes") {
  TEST_CASE("without a crash both jobs are done") { CHECK(jobs_done({}, false) == 2); }
  TEST_CASE("is lost with it: neither the job at work nor the one that waits is done") {
    CHECK(jobs_done({}, true) == 0);
  }
  TEST_CASE("is there again where it survives: the job that waits is done") {
    CHECK(jobs_done({.survives = true}, true) == 1);
  }
  TEST_CASE("and where jobs are acknowledged at their end, the one at work comes again as well") {
    CHECK(jobs_done({.survives = true, .ack = sim::Ack::end}, true) == 2);
  }
}

}  // namespace squall::crashed_mailbox_test
