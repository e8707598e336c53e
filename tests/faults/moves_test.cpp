// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "sim/explore/odometer.hpp"
#include "tests/faults/lanes.hpp"

namespace squall::moves_test {

using namespace faults;
using namespace sim::literals;

namespace {

/// An explored world of the lanes in which left's first tick and tock are under way.
struct Explored {
  sim::Model model = lanes::model(2);
  Armed armed;
  sim::World world{model, sim::Half::state_only};
  sim::Odometer odometer;
  sim::Run run{.model = model, .decide = odometer, .faults = &armed, .timed = false};
  std::vector<sim::Move> moves;

  explicit Explored(const Profile& profile, std::uint32_t budget) : armed(model, profile) {
    sim::begin(world, run);
    sim::apply(world, sim::Event::timer(0), run);
    world.header().fault_budget = budget;
  }
  const std::vector<sim::Move>& possible() {
    moves.clear();
    armed.moves(model, world, moves);
    return moves;
  }
  void play(const sim::Move& move) {
    std::vector<sim::Move> one{move};
    run.moves = &one;
    sim::apply(world, sim::Event::move(0), run);
    run.moves = nullptr;
  }
  std::uint32_t in_flight() const {
    std::uint32_t count = 0;
    for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
      count += sim::under_way(world.message(m).place) ? 1 : 0;
    }
    return count;
  }
};

Profile one(const Fault& fault, const Matcher& matcher = {}, const Trigger& trigger = {}) {
  return {.lines = {{fault, matcher, trigger}}};
}

}  // namespace

TEST_SUITE("faults in an explored world") {
  TEST_CASE("may lose each message that they match, while it is under way") {
    Explored all(one(MessageLoss{}), 1);
    REQUIRE(all.in_flight() == 2);
    CHECK(all.possible().size() == 2);
    CHECK(Explored(one(MessageLoss{}, {.topic = "tock"}), 1).possible().size() == 1);
    CHECK(Explored(one(MessageLoss{}, {.from = "right"}), 1).possible().empty());
    all.play(all.possible()[0]);
    CHECK(all.in_flight() == 1);
  }
  TEST_CASE("end with their budget") {
    Explored twice(one(MessageLoss{}), 2);
    CHECK(Explored(one(MessageLoss{}), 0).possible().empty());
    twice.play(twice.possible()[0]);
    CHECK(twice.world.header().fault_budget == 1);
    CHECK(twice.possible().size() == 1);
    twice.play(twice.possible()[0]);
    CHECK(twice.possible().empty());
  }
  TEST_CASE("a duplicate costs as much as it makes copies") {
    Explored thrice(one(MessageDuplicate{.copies = 3}), 4);
    thrice.play(thrice.possible()[0]);
    CHECK(thrice.in_flight() == 5);
    CHECK(thrice.world.header().fault_budget == 1);
    CHECK(thrice.possible().empty());
  }
  TEST_CASE("a delay is no move: there is no time to be late in") {
    CHECK(Explored(one(MessageDelay{.times = 10}), 5).possible().empty());
  }
  TEST_CASE("lines that say the same are one possibility, whatever match they number") {
    Profile two = one(MessageLoss{}, {}, {.nth = 3});
    two.lines.push_back({MessageLoss{}, {}, {.chance = 1_percent}});
    CHECK(Explored(two, 1).possible().size() == 2);  // two messages, not four moves
    Profile late = one(MessageDuplicate{.after = sim::Distribution::constant(sim::Duration{5})});
    late.lines.push_back({MessageDuplicate{.after = sim::Distribution::constant(sim::Duration{6})}, {}, {}});
    CHECK(Explored(late, 1).possible().size() == 2);  // times mean nothing there
  }
  TEST_CASE("a crash at a step is a question asked at each step, within the budget") {
    Explored crash(one(AgentCrash{.side = Side::before}, {.agent = "sink"}), 1);
    sim::World before = crash.world;
    std::uint32_t branches = 0;
    std::uint32_t crashed = 0;
    do {
      crash.world = before;
      sim::apply(crash.world, sim::Event::message(0), crash.run);
      ++branches;
      crashed += crash.world.agent(lanes::sink).state == sim::AgentState::down ? 1 : 0;
    } while (crash.odometer.next());
    CHECK(branches == 2);
    CHECK(crashed == 1);
    before.header().fault_budget = 0;
    crash.world = before;
    sim::apply(crash.world, sim::Event::message(0), crash.run);
    CHECK_FALSE(crash.odometer.next());  // nothing was asked
    CHECK(crash.world.agent(lanes::sink).state == sim::AgentState::up);
  }
  TEST_CASE("a crash at a set time may come between any two events, to those who are up") {
    Explored crash(one(AgentCrash{}, {.agent = "sink"}, {.at = sim::start_of_time}), 2);
    REQUIRE(crash.possible().size() == 1);
    crash.play(crash.possible()[0]);
    CHECK(crash.world.agent(lanes::sink).state == sim::AgentState::down);
    CHECK(crash.possible().empty());
  }
  TEST_CASE("a restart at a set time also starts who is down") {
    Profile two = one(AgentCrash{}, {.agent = "sink"}, {.at = sim::start_of_time});
    two.lines.push_back({AgentRestart{}, {.agent = "sink"}, {.at = sim::start_of_time}});
    Explored both(two, 3);
    REQUIRE(both.possible().size() == 2);
    both.play(both.possible()[0]);
    REQUIRE(both.possible().size() == 1);
    both.play(both.possible()[0]);
    CHECK(both.world.agent(lanes::sink).state == sim::AgentState::up);
    CHECK(both.world.header().fault_budget == 1);
  }
}

}  // namespace squall::moves_test
