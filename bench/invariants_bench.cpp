// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/in_turns.hpp"
#include "bench/judged_w6.hpp"

// What each invariant costs: W6, judged by it alone, next to the same runs that nobody judges; as it is, and without its
// faults, since two of three runs with them violate something, and then saying so costs as well. Both sides
// take turns; `of_bare` is the median ratio, 1 being free.
namespace {

using namespace squall;

constexpr int seeds_in_a_row = 200;

void runs_from(scenarios::Runner& runner, std::uint64_t seed) {
  for (int run = 0; run < seeds_in_a_row; ++run) benchmark::DoNotOptimize(runner.run(sim::Seed{seed++}).digest);
}

void judged_w6(benchmark::State& state, const std::vector<sim::Invariant>& checks, bool faults) {
  const scenarios::Scenario judged = bench::w6_with(checks, faults);
  const scenarios::Scenario bare = bench::w6_with({}, faults);
  scenarios::Runner judged_runner{judged};
  scenarios::Runner bare_runner{bare};
  std::uint64_t seed = 1;
  state.counters["of_bare"] = bench::ratio_in_turns(
      state, seeds_in_a_row, [&] { runs_from(bare_runner, seed); },
      [&] {
        runs_from(judged_runner, seed);
        seed += seeds_in_a_row;
      });
}

void add(const std::string& name, const std::vector<sim::Invariant>& checks) {
  for (const bool faults : {true, false}) {
    benchmark::RegisterBenchmark(((faults ? "invariants_on_w6/" : "invariants_on_quiet_w6/") + name).c_str(),
                                 [checks, faults](benchmark::State& state) { judged_w6(state, checks, faults); })
        ->UseManualTime()
        ->Iterations(200);
  }
}

const bool registered = [] {
  for (const bench::Judges& judges : bench::judges_of_w6()) add(judges.name, judges.checks);
  return true;
}();

}  // namespace
