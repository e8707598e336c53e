// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::digest_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;

namespace {
sim::Distribution by(sim::Duration duration) { return sim::Distribution::constant(duration); }
const Matcher left_tick{.from = "left", .to = "sink", .topic = "tick"};

/// What one tick of left's is struck with, in a world of its own.
sim::Verdict verdict_of(const Profile& profile) {
  const sim::Model model = lanes::model(profile.lines.size());
  const Armed armed(model, profile);
  sim::World world(model, sim::Half::state_and_shadow);
  sim::Named decide{sim::Seed{1}};
  sim::Run run{.model = model, .decide = decide, .key = decide.run(), .faults = &armed};
  sim::begin(world, run);
  return armed.strike(world, run,
                      {.strike = sim::Strike::send,
                       .agent = lanes::left,
                       .other = lanes::sink,
                       .topic = lanes::tick,
                       .base = 1,
                       .latency = 2ms});
}
}  // namespace

TEST_SUITE("an injection in the digest") {
  TEST_CASE("shows even where nothing comes of it: a delay that its FIFO link hides") {
    // The 3rd tick is 50 ms late and holds back the 4th, which may then be 1 ms late unseen.
    const Line seen{MessageDelay{.by = by(50ms)}, left_tick, {.nth = 3}};
    const Line hidden{MessageDelay{.by = by(1ms)}, left_tick, {.nth = 4}};
    const lanes::Outcome one = lanes::run(Plan{{seen}}, 1);
    const lanes::Outcome both = lanes::run(Plan{{seen, hidden}}, 1);
    CHECK(both.unstruck.empty());
    CHECK(both.clock.now == one.clock.now);
    CHECK(both.clock.events == one.clock.events);
    CHECK(both.digest != one.digest);
  }
  TEST_CASE("shows at a set time, too: a crash of an agent that has nothing left to do") {
    const Plan late{{{AgentCrash{}, {.agent = "left"}, {.at = sim::start_of_time + 1s}}}};
    const lanes::Outcome outcome = lanes::run(late, 1);
    CHECK(outcome.unstruck.empty());
    CHECK(outcome.clock.consumed == lanes::run(1).clock.consumed);
    CHECK(outcome.digest != lanes::run(1).digest);
  }
  TEST_CASE("shows at a step, with its options: a crash after an agent's last turn") {
    const auto digest = [](bool memory) {
      return lanes::run(Plan{{{AgentCrash{.side = Side::after, .memory = memory}, {.agent = "left"}, {.nth = 201}}}}, 1)
          .digest;
    };
    CHECK(digest(false) != lanes::run(1).digest);
    CHECK(digest(false) != digest(true));
  }
  TEST_CASE("adds up with what else strikes the same message") {
    const MessageDelay late{.by = by(3ms)};
    const MessageDuplicate twice{};
    const sim::Verdict verdict = verdict_of({.lines = {{late, {}, {}}, {twice, {}, {}}}});
    CHECK(verdict.delay == 3ms);
    CHECK(verdict.copies == 1);
    CHECK(verdict.kinds == content(late) + content(twice));
    CHECK(verdict_of({.lines = {{MessageLoss{}, {}, {}}, {twice, {}, {}}}}).kinds == content(MessageLoss{}));
    CHECK(verdict_of({.lines = {{MessageLoss{}, {.from = "right"}, {}}}}).kinds == 0);
  }
}

TEST_SUITE("draws of faults") {
  TEST_CASE("two lines of one kind that strike one message draw each for itself") {
    const MessageDelay spread{.by = sim::Distribution::uniform(0s, 1h)};
    const lanes::Outcome outcome =
        lanes::run(Profile{.lines = {{spread, left_tick, {.nth = 1}}, {spread, left_tick, {.nth = 1}}}}, 1);
    REQUIRE(outcome.plan.lines.size() == 2);
    CHECK(outcome.plan.lines[0].fault != outcome.plan.lines[1].fault);
  }
  TEST_CASE("two lines of one kind roll each for itself") {
    // 400 ticks at 50 % each: were it one coin, both lines would strike the same messages.
    const MessageDelay late{.by = by(1ms)};
    const Profile two{.lines = {{late, {.topic = "tick"}, {.chance = 50_percent}},
                                {late, {.topic = "tick"}, {.chance = 50_percent}}}};
    const lanes::Outcome outcome = lanes::run(two, 1);
    std::uint32_t doubly = 0;
    for (std::size_t i = 1; i < outcome.plan.lines.size(); ++i) {
      doubly += outcome.plan.lines[i] == outcome.plan.lines[i - 1] ? 1 : 0;
    }
    // Of 400, a quarter is struck by both: 100, standard deviation sqrt(400 * 3 / 16) = 8.7.
    CHECK(doubly > 56);
    CHECK(doubly < 144);
  }
}

}  // namespace squall::digest_test
