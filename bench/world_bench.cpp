// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "scenarios/builtin/builtin.hpp"
#include "sim/content.hpp"
#include "sim/digest.hpp"

// Worlds as values: copying one, hashing its canonical content, comparing two.
namespace {

using namespace squall;

/// The world of `name` after so many events of seed 1.
sim::World middle_of(const scenarios::Scenario& scenario, std::uint32_t events) {
  sim::World world{scenario.model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{1}};
  sim::Run run{.model = scenario.model, .decide = named, .key = named.run()};
  begin(world, run);
  for (std::uint32_t e = 0; e < events; ++e) step(world, run);
  return world;
}

void copy_world(benchmark::State& state, const char* name, std::uint32_t events) {
  const scenarios::Scenario scenario = *scenarios::builtin(name);
  const sim::World original = middle_of(scenario, events);
  sim::World copy = original;
  for (auto _ : state) {
    copy = original;
    benchmark::ClobberMemory();
  }
  state.counters["bytes_used"] = static_cast<double>(original.bytes_used());
  state.counters["bytes_allocated"] = static_cast<double>(original.bytes_allocated());
}
BENCHMARK_CAPTURE(copy_world, feature_team, "feature-team", 8);
BENCHMARK_CAPTURE(copy_world, w6, "w6", 50);

void digest_world(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const sim::World world = middle_of(scenario, 50);
  for (auto _ : state) benchmark::DoNotOptimize(sim::digest(world, scenario.model));
}
BENCHMARK(digest_world);

/// What exploration asks of worlds, whole: the hash of the content, and whether two are one state.
void hash_world(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const sim::World world = middle_of(scenario, 50);
  sim::Content content{scenario.model};
  for (auto _ : state) benchmark::DoNotOptimize(content.hash(world));
}
BENCHMARK(hash_world);

void compare_worlds(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const sim::World world = middle_of(scenario, 50);
  const sim::World other = middle_of(scenario, 50);
  sim::Content content{scenario.model};
  if (!content.equal(world, other)) return state.SkipWithError("a copy was to be equal");
  for (auto _ : state) benchmark::DoNotOptimize(content.equal(world, other));
}
BENCHMARK(compare_worlds);

}  // namespace
