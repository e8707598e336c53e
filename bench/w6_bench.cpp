// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "scenarios/builtin/builtin.hpp"

// W6: seeds per second of the product as it fuzzes: programs by the builder, faults drawn, digest, both judges.
// Next to it, in the same run, `floor/w6` where the floors are at hand (-DSQUALL_SHARED).
namespace {

using namespace squall;

void w6(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  scenarios::Runner runner{scenario};
  std::uint64_t seed = 0, events = 0;
  for (auto _ : state) events += runner.run(sim::Seed{++seed}).events;
  state.counters["events_per_run"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kAvgIterations);
  state.counters["runs_per_second"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["world_bytes"] = static_cast<double>(runner.world().bytes_used());
}
BENCHMARK(w6);

/// Two seeds in turns, which a processor learns by heart: what is left without branches that it cannot foresee.
void w6_by_heart(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  scenarios::Runner runner{scenario};
  std::uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(runner.run(sim::Seed{1 + seed++ % 2}).digest);
}
BENCHMARK(w6_by_heart);

/// The same without faults, and without judges: what each costs.
void w6_without(benchmark::State& state) {
  scenarios::Scenario scenario = *scenarios::builtin("w6");
  if (state.range(0) == 0) scenario.faults.lines.clear();
  if (state.range(0) == 1) scenario.model.monitors.clear(), scenario.model.listens = 0;
  scenarios::Runner runner{scenario};
  std::uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(runner.run(sim::Seed{++seed}).digest);
}
BENCHMARK(w6_without)->ArgName("faults0_judges1")->Arg(0)->Arg(1);

}  // namespace
