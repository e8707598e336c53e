// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdint>

#include "sim/draw.hpp"

#if __has_include(<Random123/philox.h>)
#include <Random123/philox.h>
#define SQUALL_HAS_PHILOX 1
#endif

// One named draw, and what durations cost beyond it. Successive draws do not wait for each other, as in a run.
namespace {

using namespace squall::sim;
using namespace std::chrono_literals;

const std::uint64_t run = run_key(Seed{42});
constexpr SiteKey site = site_key("coder/work code");

void one_draw(benchmark::State& state) {
  std::uint64_t occurrence = 0;
  for (auto _ : state) {
    const Draw draw{draw_base(run, site, 0, occurrence++)};
    benchmark::DoNotOptimize(draw.value(purpose("work")));
  }
}
BENCHMARK(one_draw)->Name("draw/value");

void one_chance(benchmark::State& state) {
  std::uint64_t occurrence = 0;
  for (auto _ : state) {
    const Draw draw{draw_base(run, site, 0, occurrence++)};
    benchmark::DoNotOptimize(draw.chance(purpose("message-loss"), Probability{20'000}));
  }
}
BENCHMARK(one_chance)->Name("draw/chance");

void duration(benchmark::State& state, const Distribution& given) {
  Distribution distribution = given;
  benchmark::DoNotOptimize(distribution);
  std::uint64_t occurrence = 0;
  for (auto _ : state) {
    const Draw draw{draw_base(run, site, 0, occurrence++)};
    benchmark::DoNotOptimize(draw.duration(purpose("work"), distribution));
  }
}
BENCHMARK_CAPTURE(duration, uniform, Distribution::uniform(1ms, 2ms))->Name("draw/uniform");
BENCHMARK_CAPTURE(duration, exponential, Distribution::exponential(1ms))->Name("draw/exponential");
BENCHMARK_CAPTURE(duration, lognormal, Distribution::lognormal(1ms, 10ms))->Name("draw/lognormal");

#ifdef SQUALL_HAS_PHILOX
/// The reference generator at the same work: key and counter made of the same name.
void philox(benchmark::State& state) {
  std::uint32_t occurrence = 0;
  for (auto _ : state) {
    const SiteKey key = site ^ static_cast<std::uint64_t>(purpose("work"));
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32), 0, occurrence++}};
    const r123::Philox4x32::key_type keyed = {{static_cast<std::uint32_t>(run), static_cast<std::uint32_t>(run >> 32)}};
    benchmark::DoNotOptimize(r123::Philox4x32{}(counter, keyed));
  }
}
BENCHMARK(philox)->Name("draw/philox4x32-10");
#endif

}  // namespace
