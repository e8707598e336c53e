// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/faults/lanes.hpp"

namespace squall::message_delay_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using lanes::profile;

namespace {
sim::Distribution by(sim::Duration duration) { return sim::Distribution::constant(duration); }

/// The instant at which the run with this one line ends: the clocks stop at 200 ms, the last message arrives after that.
sim::Duration end_with(const Line& line, std::uint64_t seed) {
  return lanes::run(Plan{{line}}, seed).clock.now.time_since_epoch();
}
Line at_last_tick(const MessageDelay& delay) {
  return {.fault = delay, .matcher = {.from = "left", .topic = "tick"}, .trigger = {.nth = 200}};
}
}  // namespace

TEST_SUITE("message delay") {
  TEST_CASE("delays nothing at 0 %") {
    const lanes::Outcome outcome = lanes::run(profile(MessageDelay{.times = 10}, 0_percent), 1);
    CHECK(outcome.plan.lines.empty());
    CHECK(outcome.digest == lanes::run(1).digest);
  }
  TEST_CASE("delays everything at 100 %, and loses nothing") {
    const lanes::Outcome outcome = lanes::run(profile(MessageDelay{.by = by(1s)}, 100_percent), 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{4 * lanes::ticks});
    CHECK(outcome.clock.consumed == 4 * lanes::ticks);
    CHECK(outcome.clock.now >=
          sim::start_of_time + 1200ms + 1ms);  // last sends at 200 ms, one second more, 1..3 ms of latency
    CHECK(outcome.clock.now <= sim::start_of_time + 1200ms + 3ms);
  }
  TEST_CASE("leaves other links alone") {
    const lanes::Outcome outcome = lanes::run(profile(MessageDelay{.by = by(1s)}, 100_percent, {.from = "left"}), 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{2 * lanes::ticks});
    for (const Line& line : outcome.plan.lines) CHECK(line.matcher.from == "left");
  }
  TEST_CASE("is added to the latency that the message draws anyway") {
    const sim::Duration plain = end_with(at_last_tick({.by = by(100ms)}), 1);
    CHECK(end_with(at_last_tick({.by = by(150ms)}), 1) - plain == 50ms);
  }
  TEST_CASE("times n makes the drawn latency n times as long") {
    // Sent at 200 ms; ends at 200 ms + n * latency: each further multiple adds the same.
    const sim::Duration tenfold = end_with(at_last_tick({.times = 10}), 1);
    const sim::Duration latency = (tenfold - 200ms) / 10;
    CHECK(latency >= 1ms);
    CHECK(latency <= 3ms);
    CHECK(end_with(at_last_tick({.times = 20}), 1) == 200ms + 20 * latency);
  }
  TEST_CASE("holds back what is sent after it on the same FIFO link") {
    const Line early{
        .fault = MessageDelay{.by = by(50ms)}, .matcher = {.from = "left", .topic = "tick"}, .trigger = {.nth = 3}};
    CHECK(lanes::run(Plan{{early}}, 1).sink.overtaken == 0);
  }
  TEST_CASE("lets later messages pass where the link keeps no order") {
    sim::Model any_order = lanes::model(1);
    any_order.network.fifo = false;
    any_order.network.latency = sim::Distribution::constant(2ms);
    const Line early{
        .fault = MessageDelay{.by = by(50ms)}, .matcher = {.from = "left", .topic = "tick"}, .trigger = {.nth = 3}};
    CHECK(lanes::run(any_order, Armed(any_order, Plan{{early}}), 1).sink.overtaken == 1);
  }
  TEST_CASE("draws its time anew at each strike, by the same seed the same") {
    const Profile spread = profile(MessageDelay{.by = sim::Distribution::lognormal(10ms, 100ms)}, 10_percent);
    const lanes::Outcome outcome = lanes::run(spread, 42);
    CHECK(outcome.digest == lanes::run(spread, 42).digest);
    CHECK(outcome.plan.lines.size() > 2);
    CHECK(outcome.plan.lines[0].fault != outcome.plan.lines[1].fault);
    for (const Line& line : outcome.plan.lines) CHECK(is_drawn(line.fault));
  }
  TEST_CASE("two that strike one message add up") {
    Plan two{{at_last_tick({.by = by(100ms)}), at_last_tick({.by = by(200ms)})}};
    const sim::Duration end = lanes::run(two, 1).clock.now.time_since_epoch();
    CHECK(end == end_with(at_last_tick({.by = by(300ms)}), 1));
  }
  TEST_CASE("a delay of nothing is no injection") {
    const lanes::Outcome outcome = lanes::run(profile(MessageDelay{.by = by(0s)}, 100_percent), 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{0});
    CHECK(outcome.digest == lanes::run(1).digest);
  }
}

}  // namespace squall::message_delay_test
