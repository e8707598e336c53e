// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/builtin/w6.hpp"
#include "sim/invariants/catalogue.hpp"

// What each invariant costs: W6, judged by it alone, next to the same runs that nobody judges; as it is, and without its
// faults, since two of three runs with them violate something, and then saying so costs as well. Both sides
// take turns and are measured by the processor's time, so that a busy machine disturbs both alike; `of_bare` is the median
// ratio, 1 being free.
namespace {

using namespace squall;

constexpr int seeds_in_a_row = 200;

scenarios::Scenario w6_with(const std::vector<sim::Invariant>& checks, bool faults) {
  scenarios::Workflow workflow = scenarios::w6();
  for (const sim::Invariant& check : checks) workflow.check(check);
  scenarios::Scenario scenario = *scenarios::builtin("w6");
  const std::uint32_t shadow = scenario.model.fault_shadow;
  scenario.model = workflow.model();
  scenario.model.fault_shadow = shadow;
  if (!faults) scenario.faults.lines.clear();
  return scenario;
}

double processor_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// What a row of runs from `seed` on takes, in nanoseconds.
double timed(scenarios::Runner& runner, std::uint64_t seed) {
  const double start = processor_nanoseconds();
  for (int run = 0; run < seeds_in_a_row; ++run) benchmark::DoNotOptimize(runner.run(sim::Seed{seed++}).digest);
  return processor_nanoseconds() - start;
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void judged_w6(benchmark::State& state, const std::vector<sim::Invariant>& checks, bool faults) {
  const scenarios::Scenario judged = w6_with(checks, faults);
  const scenarios::Scenario bare = w6_with({}, faults);
  scenarios::Runner judged_runner{judged};
  scenarios::Runner bare_runner{bare};
  std::vector<double> ratios;
  std::uint64_t seed = 1;
  for (auto _ : state) {
    const double without = timed(bare_runner, seed);
    const double with = timed(judged_runner, seed);
    ratios.push_back(with / without);
    state.SetIterationTime(with / 1e9 / seeds_in_a_row);
    seed += seeds_in_a_row;
  }
  state.counters["of_bare"] = median(ratios);
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
  add("none", {});
  for (const sim::InvariantRow& row : sim::invariants()) {
    add(std::string{row.name}, {row.initial});
  }
  add("defaults", {sim::default_invariants().begin(), sim::default_invariants().end()});
  return true;
}();

}  // namespace
