// SPDX-License-Identifier: Apache-2.0
// The bare programs that do the work of PHOLD and nothing else; see floor_w6.cpp.
#ifdef SQUALL_FLOOR
#include <benchmark/benchmark.h>
#include <sys/mman.h>

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
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Named by a macro: it lies outside this repository.
#define SQUALL_FLOOR_SOURCE "phold.cpp"
#define main floor_main
namespace squall_floor_phold {
#include SQUALL_FLOOR_SOURCE
}
#undef main

namespace {

using namespace squall_floor_phold;

template <class Queue>
void floor_phold(benchmark::State& state) {
  const auto agents = static_cast<std::uint32_t>(state.range(0));
  Pod<Queue> pod{agents, 7};
  pod.run(2 * agents + 100'000);
  constexpr std::uint64_t batch = 1'000;
  for (auto _ : state) pod.run(batch);
  state.counters["ns_per_event"] =
      benchmark::Counter(batch * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(floor_phold<bp::HoleHeapD<4>>)->Arg(16)->Arg(1'000)->Arg(100'000);
BENCHMARK(floor_phold<bp::RadixHeap>)->Arg(16)->Arg(1'000)->Arg(100'000);

}  // namespace
#endif
