// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/phold.hpp"

namespace {

void phold(benchmark::State& state) {
  const auto agents = static_cast<std::uint32_t>(state.range(0));
  squall::bench::Phold phold{agents};
  for (std::uint32_t warm_up = 0; warm_up < 2 * agents + 100'000; ++warm_up) phold.step();
  for (auto _ : state) phold.step();
  state.counters["bytes_per_agent"] = static_cast<double>(phold.world().bytes_allocated()) / agents;
}
BENCHMARK(phold)->Arg(16)->Arg(1'000)->Arg(100'000);

}  // namespace
