// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <deque>

#include "scenarios/builtin/builtin.hpp"
#include "sim/audit.hpp"
#include "sim/content.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/strategy_run.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

/// Which of two things happens next, from a seed.
class Coin {
 public:
  explicit Coin(std::uint64_t seed) : key_(moremur(seed + 1)) {}
  std::uint64_t next(std::uint64_t n) { return moremur(key_ ^ ++tosses_) % n; }

 private:
  std::uint64_t key_;
  std::uint64_t tosses_ = 0;
};

/// Pushes states of random walks, worlds of very different sizes in an order of no sense, and pops them in between:
/// what comes out is what went in, in all copies.
void round_trip(const Model& model, std::uint64_t seed, std::uint32_t steps_max) {
  Coin coin{seed};
  const Forecast known;
  StrategyRun walk{{.model = model}, {}, known};
  const World first{model, Half::state_only};
  Frontier frontier{first};
  Content content{model};
  World one = first, two = first;
  World* const worlds[] = {&one, &two};
  struct Pushed {
    World world;
    Visited::Place place;
  };
  std::deque<Pushed> expected;
  std::uint32_t places = 0;
  for (int round = 0; round < 120; ++round) {
    if (coin.next(5) < 3) {
      walk.run(Seed{coin.next(40)}, coin.next(steps_max));
      frontier.push(walk.world(), places);
      expected.push_back({walk.world(), places++});
    } else if (!expected.empty()) {
      const Pushed& next = expected.front();
      REQUIRE(frontier.front() == next.place);
      REQUIRE(frontier.pop(worlds) == next.place);
      for (const World* world : worlds) {
        CHECK(content.difference(*world, next.world) == "");
        CHECK(world->state_bytes_used() == next.world.state_bytes_used());
        CHECK(audit(*world, model).empty());
      }
      expected.pop_front();
    }
    REQUIRE(frontier.size() == expected.size());
    REQUIRE(frontier.empty() == expected.empty());
  }
  while (!expected.empty()) {
    REQUIRE(frontier.pop(worlds) == expected.front().place);
    CHECK(content.equal(two, expected.front().world));
    expected.pop_front();
  }
}

TEST_SUITE("frontier") {
  TEST_CASE("states of programs come out as they went in") {
    for (const char* name : {"feature-team", "w6"}) {
      const scenarios::Scenario scenario = *scenarios::builtin(name);
      for (std::uint64_t seed = 0; seed < 20; ++seed) round_trip(scenario.model, seed, 400);
    }
  }
  TEST_CASE("states of struct agents come out as they went in, also when their pools have grown") {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      const Model model = testing::Gossip::model(seed, seed % 16, false, 40);
      round_trip(model, seed, 300);
    }
  }
  TEST_CASE("a state that was unpacked runs on like the original") {
    const scenarios::Scenario scenario = *scenarios::builtin("w6");
    const Model& model = scenario.model;
    const Forecast known;
    StrategyRun walk{{.model = model}, {}, known};
    const World first{model, Half::state_only};
    Frontier frontier{first};
    Content content{model};
    World unpacked = first;
    World* const worlds[] = {&unpacked};
    Enabled enabled{model, nullptr};
    Odometer first_answers;
    Run run{.model = model, .decide = first_answers, .timed = false};
    run.moves = &enabled.moves();
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      Coin coin{seed};
      walk.run(Seed{seed}, 10 + coin.next(200));
      World original = walk.world();
      frontier.push(original, 0);
      frontier.pop(worlds);
      World copy = unpacked;
      for (int step = 0; step < 50; ++step) {
        const std::vector<Event> events = enabled.list(original);
        REQUIRE(enabled.list(copy) == events);
        if (events.empty()) break;
        const Event event = events[coin.next(events.size())];
        for (World* world : {&original, &copy}) {
          apply(*world, event, run);
          first_answers.reset();
        }
        REQUIRE(content.difference(original, copy) == "");
      }
    }
  }
  TEST_CASE("places move with the visited set") {
    const Model model = testing::Gossip::model(3, 0, false);
    World world{model, Half::state_only};
    Frontier frontier{world};
    for (Visited::Place place : {2U, 0U, 1U}) frontier.push(world, place);
    frontier.relocate({10, 11, 12});
    World* const worlds[] = {&world};
    CHECK(frontier.pop(worlds) == 12);
    CHECK(frontier.pop(worlds) == 10);
    CHECK(frontier.pop(worlds) == 11);
    CHECK(frontier.empty());
  }
  TEST_CASE("bytes count what is kept, and chunks read are given back") {
    const Model model = testing::Gossip::model(3, 0, false, 40);
    const Forecast known;
    StrategyRun walk{{.model = model}, {}, known};
    World world{model, Half::state_only};
    Frontier frontier{world};
    for (std::uint32_t n = 0; n < 20'000; ++n) {
      walk.run(Seed{n % 50}, 30);
      frontier.push(walk.world(), n);
    }
    const std::size_t full = frontier.bytes();
    CHECK(full > 20'000 * sizeof(Visited::Place));
    CHECK(full < 20'000 * std::size_t{400});
    World* const worlds[] = {&world};
    while (!frontier.empty()) frontier.pop(worlds);
    CHECK(frontier.bytes() < 200'000);  // the last chunks
  }
}

}  // namespace
}  // namespace squall::sim
