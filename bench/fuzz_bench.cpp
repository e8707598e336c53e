// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "faults/campaign.hpp"
#include "reports/campaign_finish.hpp"
#include "scenarios/coverage_sample.hpp"
#include "scenarios/file.hpp"
#include "scenarios/player.hpp"

// The loop of `squall fuzz`: seeds a second by the size of the workflow and by the profile of faults, everything on that it has:
// default checks, steps that ran, faults that struck, tallies. One thread; the last bench is the same campaign on two.
namespace squall::bench {
namespace {

/// A chain of agents: each waits for the work of the one before, reads the plan, works, and hands on; the first one asks the
/// last for a receipt.
std::string chain(std::int64_t agents) {
  std::string text = "workflow: chain\ncontext: {plan: {}}\nagents:\n";
  for (std::int64_t a = 0; a < agents; ++a) {
    const bool first = a == 0, last = a + 1 == agents;
    text += fmt::format("  a{}:\n    do:\n", a);
    if (first) {
      text += "      - work: {time: {p50: 4s, p99: 20s}, makes: plan}\n      - write: plan\n";
    } else {
      text += fmt::format("      - receive: {{topic: job, from: a{}}}\n      - read: plan\n", a - 1);
    }
    text += "      - work: {time: {p50: 30s, p99: 2m}, makes: job}\n";
    if (last) {
      text += "      - send: {to: a0, topic: receipt}\n";
    } else {
      text += fmt::format("      - send: {{to: a{}, topic: job}}\n", a + 1);
    }
    if (first) text += "      - receive: receipt\n        timeout: 10h\n      - finish: success\n";
  }
  return text +
         "faults:\n  - message-delay: {chance: 5%, by: 1s..20s}\n  - message-duplicate: {chance: 1%}\n"
         "  - message-loss: {chance: 0.1%}\n";
}

scenarios::Loaded armed(std::int64_t agents, reports::FuzzProfile profile) {
  scenarios::Loaded file = scenarios::load_text("chain.yaml", chain(agents));
  if (file.ok()) reports::apply(profile, file);
  return file;
}

void fuzz(benchmark::State& state, reports::FuzzProfile profile) {
  const scenarios::Loaded file = armed(state.range(0), profile);
  if (!file.ok()) return state.SkipWithError("it has diagnostics");
  const auto player = scenarios::player_of(*file.scenario);
  faults::Tally tally;
  faults::Signatures signatures;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    ++seed;
    tally.add(seed, player->play(seed), signatures);
  }
  state.counters["runs"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["events"] = benchmark::Counter(static_cast<double>(tally.events), benchmark::Counter::kIsRate);
  state.counters["violated"] =
      benchmark::Counter(static_cast<double>(tally.violated), benchmark::Counter::kAvgIterations);
}
#define SQUALL_FUZZ_BENCH(profile) \
  BENCHMARK_CAPTURE(fuzz, profile, reports::FuzzProfile::profile)->ArgName("agents")->RangeMultiplier(4)->Range(4, 256)
SQUALL_FUZZ_BENCH(none);
SQUALL_FUZZ_BENCH(written);
SQUALL_FUZZ_BENCH(swarm);
SQUALL_FUZZ_BENCH(standard);

/// What a sample with coverage costs a run, for `coverage_sample_size`.
void with_coverage(benchmark::State& state) {
  const scenarios::Loaded file = armed(state.range(0), reports::FuzzProfile::written);
  if (!file.ok()) return state.SkipWithError("it has diagnostics");
  constexpr std::uint64_t runs = 100;
  std::uint64_t first = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scenarios::sample_coverage(*file.scenario, first, runs, 1).features.size());
    first += runs;
  }
  state.counters["runs"] = benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(with_coverage)->Name("fuzz/with_coverage")->ArgName("agents")->Arg(4)->Arg(64);

/// A campaign of 20,000 seeds, by threads.
void campaign(benchmark::State& state) {
  const scenarios::Loaded file = armed(4, reports::FuzzProfile::written);
  if (!file.ok()) return state.SkipWithError("it has diagnostics");
  constexpr std::uint64_t seeds = 20'000;
  faults::Campaign threads{scenarios::players_of(*file.scenario), static_cast<unsigned>(state.range(0))};
  for (auto _ : state) benchmark::DoNotOptimize(threads.run(1, seeds).digest);
  state.counters["runs"] =
      benchmark::Counter(static_cast<double>(seeds), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(campaign)
    ->Name("fuzz/campaign")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace squall::bench
