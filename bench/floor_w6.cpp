// SPDX-License-Identifier: Apache-2.0
// The bare program that does the work of W6 and nothing else, from the folder of floors given by -DSQUALL_SHARED. It is
// included whole, in a namespace of its own, so that product and floor are timed by one program in one run.
#ifdef SQUALL_FLOOR
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Named by a macro: it lies outside this repository.
#define SQUALL_FLOOR_SOURCE "fuzz.cpp"
#define main floor_main
namespace squall_floor_w6 {
#include SQUALL_FLOOR_SOURCE
}
#undef main

namespace {

using namespace squall_floor_w6;

void floor_w6(benchmark::State& state) {
  constexpr unsigned flavour = HASH | FAULT | WFG | INV | AGRNG;  // its DEFAULT
  auto pod = std::make_unique<Pod<flavour, SortedQ, bp::SplitMix>>();
  std::uint64_t seed = 0, events = 0;
  for (auto _ : state) events += pod->run(++seed).events;
  state.counters["events_per_run"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kAvgIterations);
  state.counters["runs_per_second"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(floor_w6);

}  // namespace
#endif
