// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/lanes.hpp"
#include "tests/faults/shop.hpp"

namespace squall::shapes_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

constexpr sim::Distribution ms(int n) {
  return sim::Distribution::constant(sim::Duration{std::chrono::milliseconds{n}});
}
const Trigger at_50{.at = sim::start_of_time + 50'500us};
const Names both{std::vector<std::string>{"left", "right"}};

// Both clocks of the lanes tick once a millisecond, 200 times, to the sink.
lanes::Outcome under_shape(const Fault& fault, const faults::Matcher& whom, const Trigger& when = at_50,
                           std::uint64_t seed = 1) {
  const Profile profile{.lines = {{fault, whom, when}}};
  sim::Model model = lanes::model(1);
  model.fault_shadow = Armed::shadow_bytes({}, profile.lines);
  const lanes::Outcome outcome = lanes::run(model, Armed(model, profile), seed);
  CHECK(lanes::run(outcome.plan, seed).digest == outcome.digest);  // its parts replay alone
  return outcome;
}
Lines lines_of(const lanes::Outcome& outcome) {
  Lines lines;
  for (const Line& line : outcome.plan.lines) lines.push_back(to_text(line));
  return lines;
}
const std::vector<Fault> all{IsolateOne{.lasts = ms(10)},      OneWay{.lasts = ms(10)},
                             RollingRestart{.between = ms(5)}, ProviderOutage{.lasts = ms(10)},
                             Swizzle{.between = ms(5)},        SlowOne{.lasts = ms(10)},
                             Cascade{.spreads = ms(5)}};

}  // namespace

TEST_SUITE("shapes") {
  TEST_CASE("nothing at 0 %, and at 100 % they are counted as the line that was written") {
    for (const Fault& fault : all) {
      CAPTURE(name_of(fault));
      Trigger never = at_50;
      never.chance = 0_percent;
      CHECK(under_shape(fault, {.agent = both}, never).digest == lanes::run(1).digest);
      const lanes::Outcome struck = under_shape(fault, {.agent = both});
      REQUIRE(struck.struck.size() == 1);
      CHECK(struck.struck[0] == struck.plan.lines.size());
      CHECK(struck.struck[0] > 0);
    }
  }
  TEST_CASE("one agent after the other is isolated") {
    CHECK(lines_of(under_shape(IsolateOne{.lasts = ms(10)}, {.agent = both})) ==
          Lines{"partition: {from: left, at: {time: 50500us}, lasts: 10ms, drops-in-flight: false}",
                "partition: {from: right, at: {time: 60500us}, lasts: 10ms, drops-in-flight: false}"});
    const lanes::Outcome outcome = under_shape(IsolateOne{.lasts = ms(10)}, {.agent = both});
    CHECK(outcome.sink.heard[0][0] == lanes::ticks - 10);
    CHECK(outcome.sink.heard[1][0] == lanes::ticks - 10);
  }
  TEST_CASE("a brain is split between two groups") {
    const lanes::Outcome split = under_shape(SplitBrain{.lasts = ms(10)}, {.from = both, .to = "sink"});
    CHECK(split.clock.lost == 40);
    CHECK(split.plan.lines.size() == 1);
  }
  TEST_CASE("one way is one direction") {
    CHECK(under_shape(OneWay{.lasts = ms(10)}, {.agent = "left"}).clock.lost == 20);
    CHECK(under_shape(OneWay{.hears = false, .lasts = ms(10)}, {.agent = "left"}).clock.lost == 0);
    CHECK(under_shape(OneWay{.hears = false, .lasts = ms(10)}, {.agent = "sink"}).clock.lost == 40);
  }
  TEST_CASE("a link flaps") {
    const Flapping flapping{.cut = ms(5), .whole = ms(5), .lasts = ms(30)};
    CHECK(lines_of(under_shape(flapping, {.from = "left"})) ==
          Lines{"partition: {from: left, at: {time: 50500us}, lasts: 5ms, drops-in-flight: false}",
                "partition: {from: left, at: {time: 60500us}, lasts: 5ms, drops-in-flight: false}",
                "partition: {from: left, at: {time: 70500us}, lasts: 5ms, drops-in-flight: false}"});
  }
  TEST_CASE("agents restart, stand still, slow down and fall one by one") {
    CHECK(lines_of(under_shape(RollingRestart{.down = ms(2), .between = ms(5)}, {.agent = both})) ==
          Lines{"agent-restart: {agent: left, at: {time: 50500us}, down: 2ms, memory: false}",
                "agent-restart: {agent: right, at: {time: 55500us}, down: 2ms, memory: false}"});
    CHECK(lines_of(under_shape(ProviderOutage{.lasts = ms(10)}, {.agent = both})) ==
          Lines{"agent-pause: {agent: [left, right], at: {time: 50500us}, lasts: 10ms}"});
    CHECK(lines_of(under_shape(SlowOne{.lasts = ms(10)}, {.agent = "left"})) ==
          Lines{"agent-slow: {agent: left, at: {time: 50500us}, times: 10, lasts: 10ms}"});
    CHECK(lines_of(under_shape(Cascade{.spreads = ms(5)}, {.agent = both})) ==
          Lines{"agent-crash: {agent: left, at: {time: 50500us}, side: before, restart: never, memory: false}",
                "agent-crash: {agent: right, at: {time: 55500us}, side: before, restart: never, memory: false}"});
  }
  TEST_CASE("swizzled agents come back in an order that differs from seed to seed") {
    const Swizzle swizzle{.between = ms(10)};
    std::uint32_t in_order = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const lanes::Outcome outcome = under_shape(swizzle, {.agent = both}, at_50, seed);
      REQUIRE(outcome.plan.lines.size() == 2);
      const auto back = [&](std::size_t line) {
        const auto& cut = std::get<Partition>(outcome.plan.lines[line].fault);
        return outcome.plan.lines[line].trigger.at->time_since_epoch() + sim::Duration{cut.lasts->a};
      };
      if (back(0) < back(1)) ++in_order;
    }
    CHECK(in_order > 8);
    CHECK(in_order < 32);
  }
  TEST_CASE("a shape in a window begins at a drawn moment, and takes place as a whole or not at all") {
    const Trigger window{.chance = 50_percent, .from = sim::start_of_time + 20ms, .until = sim::start_of_time + 90ms};
    std::uint32_t whole = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const lanes::Outcome outcome = under_shape(Cascade{.spreads = ms(5)}, {.agent = both}, window, seed);
      CHECK((outcome.plan.lines.empty() || outcome.plan.lines.size() == 2));
      if (outcome.plan.lines.size() != 2) continue;
      ++whole;
      CHECK(*outcome.plan.lines[1].trigger.at - *outcome.plan.lines[0].trigger.at == 5ms);
    }
    CHECK(whole > 4);
    CHECK(whole < 16);
  }
  TEST_CASE("another fault does not move it") {
    const Line swizzle{
        Swizzle{.between = ms(10)}, {.agent = both}, {.from = sim::start_of_time, .until = sim::start_of_time + 90ms}};
    const auto cuts = [](const Profile& profile) {
      sim::Model model = lanes::model(1);
      model.fault_shadow = Armed::shadow_bytes({}, profile.lines);
      return lanes::lines_of(lanes::run(model, Armed(model, profile), 3).plan, Partition{});
    };
    CHECK(cuts({.lines = {swizzle}}) ==
          cuts({.lines = {{MessageDelay{.times = 4}, {}, {.chance = 30_percent}}, swizzle}}));
  }
  TEST_CASE("what may not be said") {
    const sim::Model model = lanes::model(1);
    const auto trouble = [&](const Line& line) {
      const auto found = check(model, Profile{.lines = {line}});
      return found.empty() ? std::string{} : found[0].what;
    };
    CHECK(trouble({IsolateOne{}, {}, at_50}) == "isolate-one: does not say which agents");
    CHECK(trouble({SplitBrain{}, {}, at_50}) == "split-brain: does not say whom it cuts off");
    CHECK(trouble({Cascade{}, {.agent = both}, {}}) == "cascade: does not say when it begins");
    CHECK(trouble({Cascade{}, {.agent = both}, {.every = ms(5)}}) == "cascade: comes once");
    CHECK(trouble({IsolateOne{.lasts = sim::Distribution::uniform(1ms, 2ms)}, {.agent = both}, at_50}) ==
          "isolate-one: 'lasts' is one time");
    CHECK(trouble({Flapping{.cut = ms(0), .whole = ms(0)}, {.from = "left"}, at_50}) ==
          "flapping: 'cut', 'whole' and 'lasts' are one time each");
    CHECK(trouble({Flapping{.cut = ms(1), .whole = ms(1)}, {.from = "left"}, at_50}) ==
          "flapping: makes more than 1000 cuts");
  }
}

}  // namespace squall::shapes_test
