// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>

#include "scenarios/file.hpp"
#include "scenarios/player.hpp"
#include "tests/loaded.hpp"

// One result, whatever the number of threads and whoever was faster.
namespace squall::faults {
namespace {

Tally played(const scenarios::Scenario& scenario, unsigned jobs, std::uint64_t first, std::uint64_t seeds,
             const Hooks& hooks = {}) {
  return Campaign{scenarios::players_of(scenario), jobs}.run(first, seeds, hooks);
}

/// Runs of any cost: 1 to 5000 events.
class Uneven final : public Player {
 public:
  Played play(std::uint64_t seed) override {
    if (seed == broken) throw std::runtime_error{"a player of the test's"};
    return {.digest = seed, .events = seed % 97 == 0 ? 5'000U : 1U};
  }
  static constexpr std::uint64_t broken = 777'777;
};

MakePlayer uneven() {
  return [] { return std::make_unique<Uneven>(); };
}

}  // namespace

TEST_SUITE("a campaign on threads") {
  TEST_CASE("1, 2 and 8 threads find the same, count the same and have one digest") {
    for (const char* file : {"dead-server/broken.yaml", "thawed-worker/broken.yaml", "feature-team/fixed.yaml"}) {
      const scenarios::Loaded loaded = suite(file);
      const Tally one = played(*loaded.scenario, 1, 1, 2'000);
      CHECK(one.runs == 2'000);
      CHECK(one.digest != 0);
      for (const unsigned jobs : {2U, 8U}) CHECK_MESSAGE(played(*loaded.scenario, jobs, 1, 2'000) == one, file);
    }
  }

  TEST_CASE("parts of a campaign add up to the whole") {
    const scenarios::Loaded loaded = suite("dead-server/broken.yaml");
    Tally parts = played(*loaded.scenario, 2, 1, 700);
    parts.add(played(*loaded.scenario, 2, 701, 300));
    CHECK(parts == played(*loaded.scenario, 2, 1, 1'000));
    CHECK(parts.violated != 0);
  }

  TEST_CASE("one that is stopped has played every seed up to where it came, on any number of threads") {
    for (const unsigned jobs : {1U, 2U, 8U}) {
      std::atomic<int> asked{0};
      Campaign campaign{uneven(), jobs};
      const Tally stopped = campaign.run(10, 1'000'000, {.stop = [&] { return ++asked > 20; }, .tick = {}});
      REQUIRE(stopped.runs > 0);
      REQUIRE(stopped.runs < 1'000'000);
      CHECK(campaign.run(10, stopped.runs) == stopped);
    }
  }

  TEST_CASE("tells how far it is, and stops before it begins where it is told to") {
    Progress last;
    std::uint64_t told = 0;
    const auto note = [&](const Progress& now) {
      CHECK(now.runs >= last.runs);
      last = now;
      ++told;
    };
    Campaign campaign{uneven(), 3};
    CHECK(campaign.run(1, 5'000, {.stop = {}, .tick = note}).runs == 5'000);
    CHECK(last.runs == 5'000);
    CHECK(told > 1);
    CHECK(campaign.run(1, 5'000, {.stop = [] { return true; }, .tick = {}}) == Tally{});
  }

  TEST_CASE("what a player throws reaches who asked") {
    for (const unsigned jobs : {1U, 4U}) {
      Campaign campaign{uneven(), jobs};
      CHECK_THROWS_AS(campaign.run(Uneven::broken - 100, 200), std::runtime_error);
    }
  }

  TEST_CASE("plays the last of all seeds") {
    const std::uint64_t last = ~std::uint64_t{0};
    CHECK(Campaign{uneven(), 2}.run(last - 2, 2).runs == 2);
  }
}

}  // namespace squall::faults
