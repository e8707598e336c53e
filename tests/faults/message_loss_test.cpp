// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::message_loss_test {

using namespace faults;
using namespace sim::literals;
using lanes::profile;

TEST_SUITE("message loss") {
  TEST_CASE("drops nothing at 0 %") {
    const lanes::Outcome outcome = lanes::run(profile(MessageLoss{}, 0_percent), 1);
    CHECK(outcome.clock.lost == 0);
    CHECK(outcome.struck == std::vector<std::uint32_t>{0});
    CHECK(outcome.digest == lanes::run(1).digest);
  }
  TEST_CASE("drops everything at 100 %") {
    const lanes::Outcome outcome = lanes::run(profile(MessageLoss{}, 100_percent), 1);
    CHECK(outcome.clock.sent == 4 * lanes::ticks);  // two lanes, two topics
    CHECK(outcome.clock.lost == outcome.clock.sent);
    CHECK(outcome.clock.consumed == 0);
  }
  TEST_CASE("leaves other links alone") {
    const lanes::Outcome outcome = lanes::run(profile(MessageLoss{}, 100_percent, {.from = "left"}), 1);
    CHECK(outcome.sink.heard[0][0] == 0);
    CHECK(outcome.sink.heard[0][1] == 0);
    CHECK(outcome.sink.heard[1][0] == lanes::ticks);
    CHECK(outcome.sink.heard[1][1] == lanes::ticks);
  }
  TEST_CASE("leaves other topics of the link alone") {
    const lanes::Outcome outcome =
        lanes::run(profile(MessageLoss{}, 100_percent, {.from = "left", .to = "sink", .topic = "tock"}), 1);
    CHECK(outcome.sink.heard[0][0] == lanes::ticks);
    CHECK(outcome.sink.heard[0][1] == 0);
    CHECK(outcome.sink.heard[1][1] == lanes::ticks);
  }
  TEST_CASE("strikes nothing that goes to somebody else") {
    const lanes::Outcome outcome = lanes::run(profile(MessageLoss{}, 100_percent, {.to = "left"}), 1);
    CHECK(outcome.clock.lost == 0);
  }
  TEST_CASE("drops about as many as its chance says") {
    // 800 sends at 20 %: 160 expected, standard deviation sqrt(800 * 0.2 * 0.8) = 11.3; five of those either way.
    const lanes::Outcome outcome = lanes::run(profile(MessageLoss{}, 20_percent), 1);
    CHECK(outcome.clock.lost > 103);
    CHECK(outcome.clock.lost < 217);
  }
  TEST_CASE("the same seed drops the same messages, another seed others") {
    const Profile tenth = profile(MessageLoss{}, 10_percent);
    CHECK(lanes::run(tenth, 42).plan == lanes::run(tenth, 42).plan);
    CHECK(lanes::run(tenth, 42).digest == lanes::run(tenth, 42).digest);
    CHECK(lanes::run(tenth, 42).plan != lanes::run(tenth, 43).plan);
  }
  TEST_CASE("adding other kinds of faults does not change what it drops") {
    Profile all = profile(MessageLoss{}, 10_percent);
    const auto alone = lanes::lines_of(lanes::run(all, 7).plan, MessageLoss{});
    all.lines.insert(all.lines.begin(), {.fault = MessageDelay{.times = 10}, .trigger = {.chance = 30_percent}});
    all.lines.push_back({.fault = MessageDuplicate{}, .trigger = {.chance = 30_percent}});
    const lanes::Outcome together = lanes::run(all, 7);
    CHECK(!alone.empty());
    CHECK(together.struck[0] > 0);  // they did strike
    CHECK(together.struck[2] > 0);
    CHECK(lanes::lines_of(together.plan, MessageLoss{}) == alone);
  }
  TEST_CASE("another line of the same kind does not change what the first one drops") {
    Profile two = profile(MessageLoss{}, 10_percent, {.from = "left"});
    const lanes::Outcome one = lanes::run(two, 7);
    two.lines.push_back({.fault = MessageLoss{}, .matcher = {.from = "right"}, .trigger = {.chance = 10_percent}});
    const lanes::Outcome both = lanes::run(two, 7);
    CHECK(both.struck[0] == one.struck[0]);
    CHECK(both.struck[1] > 0);
    CHECK(both.sink.heard[0][0] == one.sink.heard[0][0]);
  }
  TEST_CASE("what is lost is neither delayed nor duplicated") {
    Profile all = profile(MessageDuplicate{}, 100_percent);
    all.lines.push_back({.fault = MessageDelay{.times = 2}});
    all.lines.push_back({.fault = MessageLoss{}});
    const lanes::Outcome outcome = lanes::run(all, 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{0, 0, 4 * lanes::ticks});
    CHECK(outcome.clock.copied == 0);
  }
  TEST_CASE("a planned loss takes the message it names and no other") {
    const Plan plan{{{.fault = MessageLoss{},
                      .matcher = {.from = "left", .to = "sink", .topic = "tick"},
                      .trigger = {.nth = 200}}}};
    const lanes::Outcome outcome = lanes::run(plan, 1);
    CHECK(outcome.clock.lost == 1);
    CHECK(outcome.sink.heard[0][0] == lanes::ticks - 1);
    CHECK(outcome.sink.latest[0][0] == 199);
    CHECK(outcome.unstruck.empty());
  }
}

}  // namespace squall::message_loss_test
