// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::message_duplicate_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using lanes::profile;

TEST_SUITE("message duplicate") {
  TEST_CASE("copies nothing at 0 %") {
    const lanes::Outcome outcome = lanes::run(profile(MessageDuplicate{}, 0_percent), 1);
    CHECK(outcome.clock.copied == 0);
    CHECK(outcome.digest == lanes::run(1).digest);
  }
  TEST_CASE("copies everything at 100 %, as often as it is told") {
    const lanes::Outcome once = lanes::run(profile(MessageDuplicate{}, 100_percent), 1);
    CHECK(once.clock.copied == 4 * lanes::ticks);
    CHECK(once.clock.consumed == 8 * lanes::ticks);
    const lanes::Outcome thrice = lanes::run(profile(MessageDuplicate{.copies = 3}, 100_percent), 1);
    CHECK(thrice.clock.copied == 12 * lanes::ticks);
    CHECK(thrice.sink.heard[1][1] == 4 * lanes::ticks);
  }
  TEST_CASE("leaves other links alone") {
    const lanes::Outcome outcome =
        lanes::run(profile(MessageDuplicate{}, 100_percent, {.from = "right", .topic = "tick"}), 1);
    CHECK(outcome.sink.heard[0][0] == lanes::ticks);
    CHECK(outcome.sink.heard[1][0] == 2 * lanes::ticks);
    CHECK(outcome.sink.heard[1][1] == lanes::ticks);
  }
  TEST_CASE("the same seed copies the same messages") {
    const Profile tenth = profile(MessageDuplicate{.after = sim::Distribution::uniform(0s, 5ms)}, 10_percent);
    CHECK(!lanes::run(tenth, 42).plan.lines.empty());
    CHECK(lanes::run(tenth, 42).digest == lanes::run(tenth, 42).digest);
    CHECK(lanes::run(tenth, 42).plan != lanes::run(tenth, 43).plan);
  }
  TEST_CASE("a copy may come after what was sent later, even on a link that keeps its order") {
    CHECK(lanes::run(1).sink.overtaken == 0);
    const MessageDuplicate late{.copies = 1, .after = sim::Distribution::constant(20ms)};
    const lanes::Outcome outcome =
        lanes::run(Plan{{{.fault = late, .matcher = {.from = "left", .topic = "tick"}, .trigger = {.nth = 5}}}}, 1);
    CHECK(outcome.sink.heard[0][0] == lanes::ticks + 1);
    CHECK(outcome.sink.overtaken == 1);
  }
  TEST_CASE("two lines that strike one message add their copies") {
    Profile two = profile(MessageDuplicate{.copies = 2}, 100_percent);
    two.lines.push_back({.fault = MessageDuplicate{.copies = 3}});
    CHECK(lanes::run(two, 1).clock.copied == 20 * lanes::ticks);
  }
  TEST_CASE("one message gets at most 255 copies") {
    const Line hundred{MessageDuplicate{.copies = 100}, {.from = "left", .topic = "tick"}, {.nth = 1}};
    CHECK(lanes::run(Plan{{hundred, hundred, hundred}}, 1).clock.copied == 255);
  }
}

}  // namespace squall::message_duplicate_test
