// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "sim/history/check.hpp"
#include "sim/history/random_history.hpp"
#include "sim/history/transactions/anomalies.hpp"

// How many operations a second the history checkers judge: by model, by the number of processes that overlap, for histories
// that hold and for such where one answer near the end is spoilt; values written again and again (`search`), or once.
// `largest_in_ten_seconds` doubles a history until a verdict takes longer.
namespace {

using namespace squall::sim::history;

constexpr std::array processes{2, 5, 10, 50};

History drawn(ModelKind kind, std::uint32_t operations, std::uint32_t at_once, std::uint32_t values, bool holds,
              std::uint64_t seed = 7) {
  RandomShape shape{.operations = operations,
                    .processes = at_once,
                    .values = values,
                    .crash_of = 200,
                    .spoil_of = holds ? 0U : 1U,
                    .empty_fails = true,
                    .keys = 4};
  if (kind == ModelKind::unordered_queue) shape.crash_of = 0;
  return RandomHistory{kind, shape, seed}.draw();
}

HistoryCheck judged(const History& history, ModelKind kind, std::chrono::seconds most) {
  History copy = history;
  const auto end = std::chrono::steady_clock::now() + most;
  const ModelOptions options{.initial = copy.values.number(0)};
  return check_history(copy, kind, options, {.stop = [end] { return std::chrono::steady_clock::now() >= end; }});
}

/// One answer that is spoilt may still be explained, above all where values come again: so the first of ten histories that a
/// second shows to be violated, else the last.
History spoilt(ModelKind kind, std::uint32_t operations, std::uint32_t at_once, std::uint32_t values) {
  for (std::uint64_t seed = 7;; ++seed) {
    History history = drawn(kind, operations, at_once, values, false, seed);
    if (seed == 16 || judged(history, kind, std::chrono::seconds{1}).verdict == HistoryVerdict::violated)
      return history;
  }
}

void judge(benchmark::State& state, ModelKind kind, std::uint32_t operations, std::uint32_t values, bool holds) {
  const auto at_once = static_cast<std::uint32_t>(state.range(0));
  const History history =
      holds ? drawn(kind, operations, at_once, values, true) : spoilt(kind, operations, at_once, values);
  HistoryVerdict verdict = HistoryVerdict::unknown;
  for (auto _ : state) {
    const HistoryCheck check = judged(history, kind, std::chrono::seconds{10});
    verdict = check.verdict;
    benchmark::DoNotOptimize(check.steps);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * operations);
  state.SetLabel(verdict == HistoryVerdict::holds      ? "holds"
                 : verdict == HistoryVerdict::violated ? "violated"
                                                       : "unknown");
}

void largest(benchmark::State& state, ModelKind kind, std::uint32_t values) {
  const auto at_once = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    std::uint32_t decided = 0;
    for (std::uint32_t operations = 1'000; operations <= 8'192'000; operations *= 2) {
      const History history = drawn(kind, operations, at_once, values, true);
      const auto start = std::chrono::steady_clock::now();
      const HistoryCheck check = judged(history, kind, std::chrono::seconds{10});
      if (check.verdict == HistoryVerdict::unknown ||
          std::chrono::steady_clock::now() - start > std::chrono::seconds{10})
        break;
      decided = operations;
    }
    state.counters["operations"] = decided;
  }
}

const bool registered = [] {
  for (const ModelRow& row : models()) {
    for (const bool once : {false, true}) {
      const bool has_values = row.kind != ModelKind::mutex && row.kind != ModelKind::owned_mutex;
      if (once && !has_values) continue;
      // A set or list that is read whole grows with its history: what is read, not what is asked, is the work.
      const bool grows = row.kind == ModelKind::set || row.kind == ModelKind::list_append;
      const std::uint32_t operations = grows ? 2'000 : 10'000;
      for (const bool holds : {true, false}) {
        const std::string name =
            "history/" + std::string{row.name} + (once ? "/once" : "/search") + (holds ? "/holds" : "/spoilt");
        auto* bench = benchmark::RegisterBenchmark(name.c_str(), [=, kind = row.kind](benchmark::State& state) {
          judge(state, kind, operations, once ? 0 : 5, holds);
        });
        for (const int many : processes) bench->Arg(many);
        bench->Unit(benchmark::kMillisecond)->Iterations(1);
      }
    }
  }
  for (const auto& [kind, values] : {std::pair{ModelKind::cas_register, 5U}, std::pair{ModelKind::plain_register, 0U},
                                     std::pair{ModelKind::mutex, 5U}, std::pair{ModelKind::queue, 5U}}) {
    const std::string name =
        "history/largest_in_ten_seconds/" + std::string{model_row(kind).name} + (values == 0 ? "/once" : "");
    benchmark::RegisterBenchmark(
        name.c_str(), [kind = kind, values = values](benchmark::State& state) { largest(state, kind, values); })
        ->Arg(10)
        ->Iterations(1)
        ->Unit(benchmark::kSecond);
  }
  return true;
}();

}  // namespace
