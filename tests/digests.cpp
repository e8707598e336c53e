// SPDX-License-Identifier: Apache-2.0
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/file.hpp"
#include "sim/draw.hpp"
#include "sim/site.hpp"
#include "sim/time.hpp"
#include "tests/suites/suite.hpp"

// One line for each thing that must come out equal from every compiler, at every optimisation level, with every number of
// threads: `name digest`. An argument says how many seeds of each workflow are played, else a thousand. .ci/run compares the
// lines of whole builds; what they say is not pinned here.

namespace {

using namespace squall::sim;
using namespace std::chrono_literals;

/// Order matters: folding a, then b differs from b, then a.
struct Digest {
  std::uint64_t value = 0;
  void add(std::uint64_t word) { value = child_key(value, word); }
};

std::uint64_t raw_draws() {
  Digest digest;
  for (std::uint64_t occurrence = 0; occurrence < 10'000; ++occurrence) {
    const std::uint64_t base = draw_base(run_key(Seed{7}), site_key("coder/work code"), 3, occurrence);
    digest.add(draw_value(base, purpose("duration")));
  }
  return digest.value;
}

std::uint64_t durations(const Distribution& distribution) {
  Digest digest;
  for (std::uint64_t occurrence = 0; occurrence < 10'000; ++occurrence) {
    const std::uint64_t value = draw_base(run_key(Seed{7}), site_key("tester/work report"), 0, occurrence);
    digest.add(static_cast<std::uint64_t>(sample(distribution, value).count()));
  }
  return digest.value;
}

/// How many runs of each workflow: every seed is compared where there is time for a thousand, some where there is not.
std::uint64_t seeds = 1'000;

/// The first seeds of a workflow that ships, its faults and judges included.
std::uint64_t runs(const squall::scenarios::Scenario& scenario) {
  squall::scenarios::Runner runner{scenario};
  Digest digest;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const squall::scenarios::Outcome& outcome = runner.run(Seed{seed});
    digest.add(outcome.digest);
    digest.add(outcome.events);
    for (const Violation& violation : outcome.violations) {
      digest.add(signature(violation));
      digest.add(static_cast<std::uint64_t>(violation.at.time_since_epoch().count()));
    }
  }
  return digest.value;
}

std::uint64_t runs(std::string_view name) { return runs(*squall::scenarios::builtin(name)); }

struct Line {
  std::string_view name;
  std::uint64_t (*digest)();
};

// Every built-in workflow adds its line here; those in files come by themselves.
constexpr Line lines[] = {
    {"draws", raw_draws},
    {"durations/uniform", [] { return durations(Distribution::uniform(1ms, 5s)); }},
    {"durations/exponential", [] { return durations(Distribution::exponential(3s)); }},
    {"runs/feature-team", [] { return runs("feature-team"); }},
    {"runs/feature-team-fixed", [] { return runs("feature-team-fixed"); }},
    {"runs/w6", [] { return runs("w6"); }},
    {"durations/log-normal", [] { return durations(Distribution::lognormal(4s, 60s)); }},
};

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) seeds = std::strtoull(arguments[1], nullptr, 10);
  for (const Line& line : lines)
    std::printf("%.*s %016" PRIx64 "\n", static_cast<int>(line.name.size()), line.name.data(), line.digest());
  for (const std::string& file : squall::suites::workflow_files()) {
    const squall::scenarios::Loaded loaded = squall::suites::read(file);
    if (!loaded.ok()) {
      std::fputs(squall::scenarios::to_text(loaded.diagnostics).c_str(), stderr);
      return 1;
    }
    std::printf("suites/%s %016" PRIx64 "\n", file.c_str(), runs(*loaded.scenario));
  }
  return 0;
}
