// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "bench/phold.hpp"
#include "scenarios/builtin/builtin.hpp"

// The same work that the benchmarks time, a stated number of times, for tools that count: `squall_counted w6 1000` plays a
// thousand seeds. What one costs is the difference between two calls, divided; `.ci/instructions` does that.
namespace {

using namespace squall;

std::uint64_t runs_of(std::string_view workflow, std::uint64_t runs) {
  const scenarios::Scenario scenario = *scenarios::builtin(workflow);
  scenarios::Runner runner{scenario};
  std::uint64_t sum = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) sum += runner.run(sim::Seed{seed}).digest;
  return sum;
}

std::uint64_t events_of_phold(std::uint64_t events) {
  bench::Phold phold{1'000};
  for (std::uint64_t event = 0; event < events; ++event) phold.step();
  return phold.digest();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t times = 0;
  const bool counted = argc == 3 && std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), times).ec == std::errc{};
  const std::string_view what = counted ? argv[1] : "";
  std::uint64_t sum = 0;
  if (what == "w6" || what == "feature-team-fixed") {
    sum = runs_of(what, times);
  } else if (what == "phold") {
    sum = events_of_phold(times);
  } else {
    std::fputs("usage: squall_counted w6|feature-team-fixed|phold TIMES\n", stderr);
    return 2;
  }
  std::printf("%016" PRIx64 "\n", sum);
  return 0;
}
