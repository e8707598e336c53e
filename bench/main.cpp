// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdio>

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::fputs("squall_bench: this build has assertions; its figures say nothing (use the preset release or bench)\n",
             stderr);
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
