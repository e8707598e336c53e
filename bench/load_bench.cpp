// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "scenarios/file.hpp"

// What it takes to read files near the limit of 200,000 nodes: each of them in well under two seconds.
namespace squall::bench {
namespace {

std::string many_agents() {
  std::string text = "workflow: t\ntopics: {news: {mode: broadcast, leftover: ok}}\nagents:\n";
  for (int i = 0; i < 9'000; ++i)
    text += fmt::format("  a{}: {{do: [publish: news, receive: news, send: {{to: a{}, topic: news}}]}}\n", i, i / 2);
  return text;
}
std::string many_steps() {
  std::string text = "workflow: t\nagents:\n  a:\n    do:\n";
  for (int i = 0; i < 60'000; ++i) text += fmt::format("      - work: {}s\n", i % 50);
  return text;
}
std::string many_topics() {
  std::string text = "workflow: t\nagents:\n  b: {do: [receive: {}]}\n  a:\n    do:\n";
  for (int i = 0; i < 27'000; ++i) text += fmt::format("      - send: {{to: b, topic: t{}}}\n", i);
  return text;
}
std::string many_faults() {
  std::string text = "workflow: t\nagents:\n  b: {on: {t: [work: 1s]}}\n  a: {do: [send: {to: b, topic: t}]}\nplan:\n";
  for (int i = 1; i <= 17'000; ++i) text += fmt::format("  - message-loss: {{from: a, to: b, topic: t, nth: {}}}\n", i);
  return text;
}

void read(benchmark::State& state, std::string (*shape)()) {
  const std::string text = shape();
  for (auto _ : state) {
    const scenarios::Loaded file = scenarios::load_text("large.yaml", text);
    if (!file.ok()) state.SkipWithError("it has diagnostics");
    benchmark::DoNotOptimize(file.scenario);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text.size()));
}

BENCHMARK_CAPTURE(read, agents, many_agents)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, steps, many_steps)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, topics, many_topics)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, faults, many_faults)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace squall::bench
