// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/stepped.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "scenarios/run.hpp"
#include "sim/wait_for.hpp"

// The wait-for analysis of one world: the quick look that mostly suffices, and the whole analysis, where nobody is stuck and
// where all are.
namespace squall::bench {
namespace {

using scenarios::program;

/// W6 in the middle of seed 1.
struct MiddleOfW6 {
  scenarios::Scenario scenario = *scenarios::builtin("w6");
  Stepped stepped{scenario.model};
  MiddleOfW6() { stepped.steps(50); }
};

void quick(benchmark::State& state) {
  const MiddleOfW6 w6;
  const sim::World& world = w6.stepped.world();
  if (quick_look(w6.scenario.model, world, sim::no_row, 0) == sim::QuickLook::unknown)
    return state.SkipWithError("it was to be enough");
  for (auto _ : state) benchmark::DoNotOptimize(quick_look(w6.scenario.model, world, sim::no_row, 0));
}
BENCHMARK(quick)->Name("wait/quick_look/w6");

void whole(benchmark::State& state) {
  const MiddleOfW6 w6;
  for (auto _ : state) benchmark::DoNotOptimize(find_stuck(w6.scenario.model, w6.stepped.world()).rows.size());
}
BENCHMARK(whole)->Name("wait/analysis/w6");

/// Each of a row of agents waits for a message of the one before; the first for one of the last, or of somebody at work.
scenarios::Scenario line(std::int64_t agents, bool circle) {
  using namespace std::chrono_literals;
  scenarios::Workflow workflow{"line"};
  for (std::int64_t a = 0; a < agents; ++a) {
    const auto before = circle || a != 0 ? fmt::format("a{}", (a + agents - 1) % agents) : std::string{"worker"};
    const auto after = fmt::format("a{}", (a + 1) % agents);
    scenarios::Program waits = program().receive(scenarios::topic("go").from(before));
    if (circle || a + 1 != agents) waits.send(after, "go");
    workflow.agent(fmt::format("a{}", a), std::move(waits));
  }
  workflow.agent("worker", circle ? program().work(1h) : program().work(1h).send("a0", "go"));
  workflow.check("livelock-freedom");
  return scenarios::scenario(std::move(workflow));
}

void in_a_row(benchmark::State& state, bool circle) {
  const scenarios::Scenario scenario = line(state.range(0), circle);
  Stepped stepped{scenario.model};
  stepped.steps(static_cast<std::uint64_t>(state.range(0)) + 1);  // each has begun, and waits
  const auto stuck = circle ? static_cast<std::size_t>(state.range(0)) : 0;
  if (find_stuck(scenario.model, stepped.world()).rows.size() != stuck)
    return state.SkipWithError("it was to be as it is described");
  for (auto _ : state) benchmark::DoNotOptimize(find_stuck(scenario.model, stepped.world()).rows.size());
  state.counters["activation"] = benchmark::Counter(
      static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void moving(benchmark::State& state) { in_a_row(state, false); }
void stuck(benchmark::State& state) { in_a_row(state, true); }
BENCHMARK(moving)->Name("wait/analysis/moving")->ArgName("agents")->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(stuck)->Name("wait/analysis/deadlock")->ArgName("agents")->RangeMultiplier(10)->Range(10, 1'000);

}  // namespace
}  // namespace squall::bench
