// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "scenarios/models/phold.hpp"
#include "sim/timed.hpp"
#include "tests/laws/office.hpp"
#include "tests/memory/sizes.hpp"

// A run may last for years of virtual time: whatever an instance leaves behind when it is over would add up.
namespace squall::sim {
namespace {

using namespace std::chrono_literals;

struct Measured {
  std::size_t bytes;        ///< of the world, its calendar and its table of links
  std::uint32_t instances;  ///< so far
};

/// At each of these numbers of events, all in one run.
std::vector<Measured> measured_at(const Model& model, const std::vector<std::uint64_t>& numbers_of_events) {
  World world{model, Half::state_and_shadow};
  Named named{Seed{3}};
  Run run{.model = model, .decide = named, .key = named.run()};
  begin(world, run);
  std::vector<Measured> measured;
  for (const std::uint64_t events : numbers_of_events) {
    bool going = true;
    while (going && world.clock().events < events) going = step(world, run);
    REQUIRE(going);
    measured.push_back({world.bytes_allocated(), world.header().arrived});
  }
  return measured;
}

/// One instance of the office every 80 to 120 ms, some 60 events each: about eight at once, and none that waits for ever.
Model office(bool spawns) {
  scenarios::Built built = laws::office(unlimited, Distribution::uniform(80ms, 120ms), spawns).build();
  REQUIRE_MESSAGE(built.model.has_value(), built.text());
  return std::move(*built.model);
}

}  // namespace

TEST_SUITE("a long run does not grow") {
  TEST_CASE("instances that come and go leave nothing behind") {
    const std::vector<Measured> measured = measured_at(office(false), {soak_events / 10, soak_events});
    const auto [early, late] = std::pair{measured[0], measured[1]};
    CHECK(late.instances > 9 * early.instances);
    CHECK(late.bytes == early.bytes);
    MESSAGE(late.bytes, " bytes after ", early.instances, " and after ", late.instances, " instances");
  }

  TEST_CASE("struct agents that pass messages on for ever need no more than at first") {
    const std::vector<Measured> measured = measured_at(scenarios::phold(1'000), {soak_events / 10, soak_events});
    CHECK(measured[0].bytes == measured[1].bytes);
  }

  TEST_CASE("a spawned agent stays on record: its row and its digest, 48 bytes, doubled when the pool grows") {
    // The office spawns one helper, without variables, in each instance.
    const std::vector<Measured> measured = measured_at(office(true), {soak_events / 100, soak_events / 10});
    const std::size_t grown = measured[1].bytes - measured[0].bytes;
    const std::size_t spawned = measured[1].instances - measured[0].instances;
    CHECK(grown >= 24 * spawned);
    CHECK(grown <= 2 * 48 * measured[1].instances);
  }
}

}  // namespace squall::sim
