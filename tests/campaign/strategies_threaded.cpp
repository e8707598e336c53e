// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/file.hpp"
#include "scenarios/strategies.hpp"

namespace squall::scenarios {

TEST_SUITE("campaigns of strategies") {
  TEST_CASE("one thread and three come to the same, whichever seeds each of them plays") {
    const Loaded loaded = load(SQUALL_SOURCE_DIR "/scenarios/suites/two-pollers/broken.yaml");
    REQUIRE(loaded.ok());
    for (const char* strategy : {"uniform", "pct:3", "walk", "pos", "portfolio"}) {
      CAPTURE(strategy);
      auto choice = strategy_choice(strategy);
      REQUIRE(choice);
      choice->timers = sim::Timers::last;
      const faults::MakePlayer make = strategy_players_of(*loaded.scenario, *choice);
      faults::Campaign alone{make, 1}, together{make, 3};
      const faults::Tally one = alone.run(1, 400), three = together.run(1, 400);
      CHECK(one == three);
      CHECK(one.runs == 400);
      CHECK_FALSE(one.findings.empty());
      // The seeds of two halves are those of the whole.
      faults::Tally halves = together.run(201, 200);
      halves.add(alone.run(1, 200));
      CHECK(halves == one);
    }
  }
}

}  // namespace squall::scenarios
