// SPDX-License-Identifier: Apache-2.0
#include "faults/profile.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/faults/lanes.hpp"

namespace squall::profile_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;

TEST_SUITE("a profile's triggers") {
  TEST_CASE("nth strikes that match alone, with times drawn") {
    const Profile third{
        .lines = {{MessageDelay{.by = sim::Distribution::uniform(1s, 2s)}, {.from = "left"}, {.nth = 3}}}};
    const lanes::Outcome outcome = lanes::run(third, 1);
    REQUIRE(outcome.plan.lines.size() == 1);
    CHECK(is_drawn(outcome.plan.lines[0].fault));
    CHECK(*outcome.plan.lines[0].trigger.nth == 2);  // left's third message is its second tick
  }
  TEST_CASE("a window strikes from its beginning to before its end") {
    // Sends at 1 ms, 2 ms, …: four messages each; 10 <= t < 20 ms are ten of them.
    const Profile window{
        .lines = {{MessageLoss{}, {}, {.from = sim::start_of_time + 10ms, .until = sim::start_of_time + 20ms}}}};
    CHECK(lanes::run(window, 1).clock.lost == 40);
  }
  TEST_CASE("at most k strikes k times and no more") {
    const Profile three{.lines = {{MessageLoss{}, {}, {.chance = 50_percent, .at_most = 3}}}};
    CHECK(lanes::run(three, 1).clock.lost == 3);
  }
  TEST_CASE("what a mightier fault took away does not count against at most k") {
    const Profile both{.lines = {{MessageLoss{}, {}, {.at_most = 5}}, {MessageDuplicate{}, {}, {.at_most = 5}}}};
    const lanes::Outcome outcome = lanes::run(both, 1);
    CHECK(outcome.clock.lost == 5);
    CHECK(outcome.clock.copied == 5);  // of the five messages after those
  }
  TEST_CASE("a chance at a set time is rolled once a run") {
    const Profile maybe{
        .lines = {{AgentCrash{}, {.agent = "sink"}, {.chance = 50_percent, .at = sim::start_of_time + 50ms}}}};
    std::uint32_t struck = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) struck += lanes::run(maybe, seed).struck[0];
    // 40 fair coins: 20 expected, standard deviation 3.2.
    CHECK(struck > 4);
    CHECK(struck < 36);
  }
  TEST_CASE("a sound profile passes its check, one with an impossible chance does not") {
    const sim::Model model = lanes::model(1);
    CHECK(check(model, Profile{.lines = {{MessageLoss{}, {}, {.chance = 100_percent}}}}).empty());
    const auto found = check(model, Profile{.lines = {{MessageLoss{}, {}, {.chance = {1'000'001}}}}});
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == "message-loss: 'chance' is above 100%");
    CHECK(check(model, Profile{.lines = {{MessageLoss{},
                                          {},
                                          {.from = sim::start_of_time + 2s, .until = sim::start_of_time + 2s}}}})[0]
              .what == "message-loss: its 'window' is empty");
    CHECK(check(model, Profile{.lines = {{MessageLoss{}, {}, {.at_most = 0}}}})[0].what ==
          "message-loss: 'at-most' is 0");
  }
}

TEST_SUITE("the swarm profile") {
  TEST_CASE("draws for every run which lines exist, and how strong") {
    std::uint32_t absent = 0;
    std::set<std::uint32_t> strengths;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
      const auto chance = swarm_chance(sim::run_key(sim::Seed{seed}), sim::site_key("a line"), 20_percent);
      if (!chance) {
        ++absent;
      } else {
        strengths.insert(chance->ppm);
      }
    }
    // Every second run none: 500 expected, standard deviation sqrt(1000 / 4) = 15.8.
    CHECK(absent > 421);
    CHECK(absent < 579);
    CHECK(strengths == std::set<std::uint32_t>{50'000, 100'000, 200'000, 400'000, 800'000});
  }
  TEST_CASE("is never above 100 %, and leaves certainties what they are") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const std::uint64_t run = sim::run_key(sim::Seed{seed});
      CHECK(swarm_chance(run, 1, 40_percent).value_or(0_percent) <= 100_percent);
      CHECK(swarm_chance(run, 1, 100_percent).value_or(100_percent) == 100_percent);
    }
  }
  TEST_CASE("lines of one run are drawn each for itself") {
    std::set<std::pair<bool, bool>> seen;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const std::uint64_t run = sim::run_key(sim::Seed{seed});
      seen.insert({swarm_chance(run, 1, 5_percent).has_value(), swarm_chance(run, 2, 5_percent).has_value()});
    }
    CHECK(seen.size() == 4);
  }
  TEST_CASE("strikes in some runs and not in others, the same in the same run; written chances strike in all") {
    Profile swarm{.lines = {{MessageLoss{}, {}, {.chance = 10_percent}}}, .swarm = true};
    std::uint32_t runs_without = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const lanes::Outcome outcome = lanes::run(swarm, seed);
      CHECK(outcome.digest == lanes::run(swarm, seed).digest);
      runs_without += outcome.clock.lost == 0 ? 1 : 0;
    }
    CHECK(runs_without > 2);
    CHECK(runs_without < 18);
    swarm.swarm = false;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(lanes::run(swarm, seed).clock.lost > 0);
  }
}

}  // namespace squall::profile_test
