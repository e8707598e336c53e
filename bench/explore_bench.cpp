// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/parallel_search.hpp"
#include "sim/explore/search.hpp"

// Two-phase commit with n participants, explored completely, safety judged in each new state. Next to it, in the same run,
// `floor_two_phase_commit` where the floors are at hand (-DSQUALL_SHARED). The ratio that counts is that of
// `states_per_second`.
namespace {

using namespace squall;
namespace commit = scenarios::two_phase_commit;

class Consistent final : public sim::Judge {
 public:
  explicit Consistent(const sim::Model& model) : model_(model) {}
  void state(const sim::World& world, sim::Violations& found) const override {
    if (commit::inconsistent(world, model_)) found.add({.invariant = "agreement"});
  }

 private:
  const sim::Model& model_;
};

template <class Search>
void explore(benchmark::State& state, const Search& search) {
  const sim::Model model = commit::model(static_cast<std::uint32_t>(state.range(0)));
  const Consistent judge{model};
  sim::SearchResult result;
  for (auto _ : state) result = search(model, judge);
  if (!result.complete || !result.findings.empty()) state.SkipWithError("two-phase commit is correct");
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["states"] = static_cast<double>(result.distinct);
  state.counters["generated"] = static_cast<double>(result.generated);
  state.counters["depth"] = static_cast<double>(result.depth);
  state.counters["states_per_second"] = benchmark::Counter(static_cast<double>(result.distinct), rate);
  state.counters["generated_per_second"] = benchmark::Counter(static_cast<double>(result.generated), rate);
  state.counters["bytes_per_state"] = static_cast<double>(result.bytes) / static_cast<double>(result.distinct);
}
sim::SearchResult incremental(const sim::Model& model, const sim::Judge& judge) {
  return sim::Search{model, {.judge = &judge}}.run();
}
void two_phase_commit(benchmark::State& state) { explore(state, incremental); }
BENCHMARK(two_phase_commit)->ArgName("participants")->Arg(5)->Arg(7)->Arg(9)->Unit(benchmark::kMillisecond);

/// Each state hashed and copied as a whole, as where `PlainWorlds` does not fit.
sim::SearchResult whole(const sim::Model& model, const sim::Judge& judge) {
  return sim::Search{model, {.incremental = false, .judge = &judge}}.run();
}
void two_phase_commit_whole(benchmark::State& state) { explore(state, whole); }
BENCHMARK(two_phase_commit_whole)->ArgName("participants")->Arg(5)->Arg(7)->Unit(benchmark::kMillisecond);

/// By so many threads, level by level; the time is the clock's on the wall.
void two_phase_commit_jobs(benchmark::State& state) {
  explore(state, [&](const sim::Model& model, const sim::Judge& judge) {
    return sim::search_in_parallel(model, {.judge = &judge}, static_cast<unsigned>(state.range(1)));
  });
}
BENCHMARK(two_phase_commit_jobs)
    ->ArgNames({"participants", "jobs"})
    ->ArgsProduct({{7, 9}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
