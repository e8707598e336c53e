// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <utility>
#include <vector>

namespace squall::bench {

/// Nanoseconds of this thread's processor time since some instant.
inline double processor_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Work>
double nanoseconds_of(const Work& work) {
  const double start = processor_nanoseconds();
  work();
  return processor_nanoseconds() - start;
}

/// 0 of none.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.empty() ? 0 : *middle;
}

/// Measures two works in turns, by the processor's time, so that a busy machine disturbs both alike: the iteration's time is
/// that of `with` divided by `units`. Returns the median of `with`'s time by `bare`'s. For benchmarks with `UseManualTime`.
template <class Bare, class With>
double ratio_in_turns(benchmark::State& state, double units, const Bare& bare, const With& with) {
  std::vector<double> ratios;
  for (auto _ : state) {
    const double without = nanoseconds_of(bare);
    const double time = nanoseconds_of(with);
    ratios.push_back(time / without);
    state.SetIterationTime(time / 1e9 / units);
  }
  return median(std::move(ratios));
}

}  // namespace squall::bench
