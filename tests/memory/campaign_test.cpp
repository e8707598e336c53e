// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdint>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/player.hpp"
#include "tests/allocations.hpp"
#include "tests/memory/sizes.hpp"

// A campaign of any length needs what its first block of runs needs.
namespace squall {
namespace {

/// Of as many runs as a block has, added up as a campaign adds them, once the largest has been seen.
std::uint64_t allocations_of_second_time(const scenarios::Scenario& scenario) {
  const auto player = scenarios::player_of(scenario);
  faults::Tally tally;
  const auto play = [&] {
    for (std::uint64_t seed = 1; seed <= memory_seeds; ++seed) tally.add(seed, player->play(seed));
    tally.clear();
  };
  play();
  const std::uint64_t before = tests::allocations();
  play();
  return tests::allocations() - before;
}

}  // namespace

TEST_SUITE("what a campaign allocates") {
  TEST_CASE("the team that is well, with its faults, digests, steps and counts: nothing for a run") {
    CHECK(allocations_of_second_time(*scenarios::builtin("feature-team-fixed")) == 0);
  }

  TEST_CASE("on a thread of its own or not, a thousand more runs ask for no more than some blocks' sums") {
    const scenarios::Scenario scenario = *scenarios::builtin("feature-team-fixed");
    faults::Campaign campaign{scenarios::players_of(scenario), 1};
    campaign.run(1, 10 * memory_seeds);
    const auto asked = [&](std::uint64_t runs) {
      const std::uint64_t before = tests::allocations();
      campaign.run(1, runs);
      return tests::allocations() - before;
    };
    const std::uint64_t few = asked(memory_seeds), many = asked(10 * memory_seeds);
    CHECK(many <= few + 50);
  }
}

}  // namespace squall
