// SPDX-License-Identifier: Apache-2.0
// The bare program that does the work of two_phase_commit and nothing else; see floor_w6.cpp.
#ifdef SQUALL_FLOOR
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

// Named by a macro: it lies outside this repository.
#define SQUALL_FLOOR_SOURCE "mc2pc.cpp"
#define main floor_main
namespace squall_floor_explore {
#include SQUALL_FLOOR_SOURCE
}
#undef main

namespace {

using namespace squall_floor_explore;

struct Found {
  u64 states, generated, bad;
  std::size_t bytes, depth;
};

/// Its generic search ("bytes"): whole states of 128 bytes, fingerprints, no parents kept. The loop is that of its `big`,
/// which also prints.
Found search(int participants) {
  FlatSet set(12);
  std::vector<Big> now, next;
  const Big first{};
  set.add(fp(first));
  now.push_back(first);
  Found found{.states = 0, .generated = 1, .bad = 0, .bytes = 0, .depth = 0};
  std::size_t peak = 0;
  for (; !now.empty(); ++found.depth) {
    next.clear();
    for (const Big& state : now) {
      succBig(state, participants, [&](const Big& successor) {
        ++found.generated;
        if (!set.add(fp(successor))) return;
        int committed = 0, aborted = 0;
        for (int i = 0; i < participants; ++i) committed |= successor.b[i] == 2, aborted |= successor.b[i] == 3;
        found.bad += committed && aborted;
        next.push_back(successor);
      });
    }
    now.swap(next);
    peak = std::max(peak, (now.capacity() + next.capacity()) * sizeof(Big));
  }
  found.states = set.n;
  found.bytes = set.cap * 8 + peak;
  return found;
}

void floor_two_phase_commit(benchmark::State& state) {
  Found found{};
  for (auto _ : state) found = search(static_cast<int>(state.range(0)));
  if (found.bad != 0) state.SkipWithError("two-phase commit is correct");
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["states"] = static_cast<double>(found.states);
  state.counters["generated"] = static_cast<double>(found.generated);
  state.counters["depth"] = static_cast<double>(found.depth);
  state.counters["states_per_second"] = benchmark::Counter(static_cast<double>(found.states), rate);
  state.counters["generated_per_second"] = benchmark::Counter(static_cast<double>(found.generated), rate);
  state.counters["bytes_per_state"] = static_cast<double>(found.bytes) / static_cast<double>(found.states);
}
BENCHMARK(floor_two_phase_commit)->ArgName("participants")->Arg(5)->Arg(7)->Arg(9)->Unit(benchmark::kMillisecond);

}  // namespace
#endif
