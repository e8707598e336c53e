// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/rings.hpp"
#include "scenarios/run.hpp"

// A message ring: one message, handed round for ever, so that each event is one delivery to somebody else.
namespace squall::bench {
namespace {

constexpr std::uint64_t events_in_a_row = 1'000;

void hand_round(benchmark::State& state, const sim::Model& model) {
  Stepped ring{model};
  ring.steps(10'000);
  for (auto _ : state) ring.steps(events_in_a_row);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events_in_a_row));
}

void ring_programs(benchmark::State& state) {
  const scenarios::Scenario scenario = scenarios::scenario(ring(static_cast<std::uint32_t>(state.range(0))));
  hand_round(state, scenario.model);
}
BENCHMARK(ring_programs)->Name("ring/programs")->ArgName("agents")->Arg(2)->Arg(10)->Arg(100)->Arg(1'000);

void ring_structs(benchmark::State& state) {
  const sim::Model model = ring_of_structs(static_cast<std::uint32_t>(state.range(0)));
  hand_round(state, model);
}
BENCHMARK(ring_structs)->Name("ring/structs")->ArgName("agents")->Arg(2)->Arg(10)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace squall::bench
