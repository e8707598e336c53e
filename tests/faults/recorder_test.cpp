// SPDX-License-Identifier: Apache-2.0
#include "faults/recorder.hpp"

#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::recorder_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;

namespace {
/// Every kind, every trigger.
Profile everything() {
  return {.lines = {
              {MessageLoss{}, {}, {.chance = 2_percent}},
              {MessageLoss{}, {.from = "left"}, {.nth = 30}},
              {MessageDuplicate{.copies = 2, .after = sim::Distribution::uniform(0s, 4ms)}, {}, {.chance = 3_percent}},
              {MessageDelay{.times = 10}, {.topic = "tock"}, {.chance = 5_percent}},
              {MessageDelay{.by = sim::Distribution::lognormal(1ms, 9ms)}, {}, {.chance = 5_percent, .at_most = 7}},
              {AgentCrash{.side = Side::after, .restart = sim::Distribution::exponential(3ms)},
               {.agent = "sink"},
               {.chance = 1_percent}},
              {AgentCrash{.restart = sim::Distribution::constant(2ms), .memory = true}, {}, {.chance = 1_percent}},
              {AgentRestart{.down = sim::Distribution::uniform(0s, 1ms)},
               {.agent = "left"},
               {.at = sim::start_of_time + 70ms}},
          }};
}
}  // namespace

TEST_SUITE("a recorded run") {
  TEST_CASE("has the digest of the run without the recorder") {
    const sim::Model model = lanes::model(8);
    const Armed armed(model, everything());
    const lanes::Outcome recorded = lanes::run(model, armed, 5);
    sim::World world(model, sim::Half::state_and_shadow);
    sim::Named decide{sim::Seed{5}};
    sim::Run run{.model = model, .decide = decide, .key = decide.run(), .faults = &armed};
    sim::begin(world, run);
    sim::run_timed(world, run);
    CHECK(sim::digest(world, model) == recorded.digest);
  }
  TEST_CASE("writes as many lines as injections took effect, each for one place of its own") {
    const lanes::Outcome outcome = lanes::run(everything(), 5);
    std::uint32_t injections = 0;
    for (const std::uint32_t count : outcome.struck) {
      CHECK(count > 0);
      injections += count;
    }
    CHECK(outcome.plan.lines.size() == injections);
  }
  TEST_CASE("replays from its plan to the same digest, and all lines strike") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      const lanes::Outcome original = lanes::run(everything(), seed);
      const lanes::Outcome replay = lanes::run(original.plan, seed);
      CHECK(replay.digest == original.digest);
      CHECK(replay.unstruck.empty());
      CHECK(replay.plan == original.plan);
    }
  }
  TEST_CASE("by a recorder that only looks is the run without faults, and its lines strike one by one") {
    const Profile certain{.lines = {{MessageDelay{.by = sim::Distribution::uniform(1ms, 9ms)}, {.topic = "tock"}, {}},
                                    {AgentPause{.lasts = sim::Distribution::constant(2ms)}, {.agent = "left"}, {}}}};
    const sim::Model model = lanes::model(certain.lines.size());
    for (const Line& line : certain.lines) {
      const Armed armed(model, Profile{.lines = {line}});
      const Recorder looks{model, armed, Recorder::Mode::looks};
      sim::World world(model, sim::Half::state_and_shadow);
      sim::Named decide{sim::Seed{5}};
      sim::Run run{.model = model, .decide = decide, .key = decide.run(), .faults = &looks};
      sim::begin(world, run);
      sim::run_timed(world, run);
      CHECK(sim::digest(world, model) == lanes::run(Plan{}, 5).digest);
      REQUIRE(looks.plan().lines.size() > 10);
      for (std::size_t each = 0; each < 10; ++each) {
        const lanes::Outcome alone = lanes::run(Plan{.lines = {looks.plan().lines[each]}}, 5);
        CHECK(alone.unstruck.empty());
        CHECK(alone.digest != lanes::run(Plan{}, 5).digest);
      }
    }
  }
  TEST_CASE("without one of its lines replays to another digest") {
    const lanes::Outcome original = lanes::run(everything(), 3);
    REQUIRE(original.plan.lines.size() > 10);
    for (std::size_t left_out = 0; left_out < 10; ++left_out) {
      Plan fewer = original.plan;
      fewer.lines.erase(fewer.lines.begin() + static_cast<std::ptrdiff_t>(left_out));
      CHECK(lanes::run(fewer, 3).digest != original.digest);
    }
  }
}

}  // namespace squall::recorder_test
