// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cases/shrinking.hpp"
#include "scenarios/judgement.hpp"

// How soon the suites' bugs are found, and how small they get; whether what is mended holds. On one thread:
//
//   squall_suites FOLDER [SEEDS]
//
// A row for each red file: how many seeds it took from the beginning of each of twenty ranges that share none, and the time of
// the median; what shrinking the first find cost and left over. A row for each green file: what was violated in SEEDS seeds.
namespace {

using namespace squall;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t ranges = 20;
constexpr std::uint64_t range_seeds = 50'000;
constexpr std::uint64_t range_apart = 10'000'000;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

const sim::Violation* wanted(const scenarios::Outcome& outcome, const std::vector<std::string>& names) {
  const auto found = std::ranges::find_if(outcome.violations, [&](const sim::Violation& violation) {
    return std::ranges::find(names, violation.invariant) != names.end();
  });
  return found == outcome.violations.end() ? nullptr : &*found;
}

struct Find {
  std::uint64_t seeds = range_seeds;  ///< that were played
  double milliseconds = 0;
  std::optional<std::uint64_t> seed;
  std::string invariant;
};

Find find_from(scenarios::Runner& runner, std::uint64_t first, const std::vector<std::string>& names) {
  Find find;
  const Clock::time_point begin = Clock::now();
  for (std::uint64_t seed = first; seed < first + range_seeds; ++seed) {
    const sim::Violation* violation = wanted(runner.run(sim::Seed{seed}), names);
    if (violation == nullptr) continue;
    find.seeds = seed - first + 1;
    find.seed = seed;
    find.invariant = violation->invariant;
    break;
  }
  find.milliseconds = milliseconds_since(begin);
  return find;
}

/// The worst of all red files.
struct Worst {
  std::size_t missed = 0;
  double found = 0, shrunk = 0;
};

void tell_red(const std::string& name, const std::string& path, const scenarios::Loaded& file, Worst& worst) {
  scenarios::Runner runner{*file.scenario};
  std::array<Find, ranges> finds;
  for (std::size_t r = 0; r < ranges; ++r) finds[r] = find_from(runner, 1 + r * range_apart, file.expect->violates);
  const auto found = std::ranges::find_if(finds, [](const Find& find) { return find.seed.has_value(); });
  if (found == finds.end()) {
    ++worst.missed;
    fmt::print("| {} | not in {} times {} seeds | | | | | |\n", name, ranges, range_seeds);
    return;
  }
  const Find first = *found;
  std::ranges::sort(finds, {}, &Find::seeds);
  const Find& median = finds[ranges / 2];

  const Clock::time_point begin = Clock::now();
  const auto shrunk = scenarios::shrink(path, file, *first.seed);
  const double took = milliseconds_since(begin);
  worst.found = std::max(worst.found, median.milliseconds);
  worst.shrunk = std::max(worst.shrunk, took);
  if (!shrunk) {  // the same seed has just shown it
    fmt::print("| {} | {} | does not come again with seed {} | | | | |\n", name, first.invariant, *first.seed);
    return;
  }
  fmt::print("| {} | {} | {} to {} | {:.2f} ms | {} | {} of {} faults, {} changes{} | {} in {:.0f} ms |\n", name,
             first.invariant, median.seeds, finds[ranges - 1].seeds, median.milliseconds, shrunk->seed,
             shrunk->plan.lines.size(), shrunk->injected.size(), shrunk->change.size(),
             shrunk->minimal ? "" : " (not minimal)", shrunk->runs, took);
}

/// How many of the seeds violate what the file does not allow for.
std::uint64_t tell_green(const std::string& name, const scenarios::Loaded& file, std::uint64_t seeds) {
  scenarios::Runner runner{*file.scenario};
  std::uint64_t violated = 0, unknown = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::Outcome& outcome = runner.run(sim::Seed{seed});
    const bool other = std::ranges::any_of(outcome.violations, [&](const sim::Violation& violation) {
      return std::ranges::find(file.expect->may_violate, violation.invariant) == file.expect->may_violate.end();
    });
    violated += other ? 1 : 0;
    unknown += scenarios::verdict_of(outcome) == scenarios::Verdict::unknown ? 1 : 0;
  }
  if (violated != 0 || unknown != 0)
    fmt::print("| {} | violated in {}, without a verdict in {} of {} |\n", name, violated, unknown, seeds);
  return violated;
}

struct Suite {
  std::string name, path;
  scenarios::Loaded file;
};

/// Files that one seed of chance alone finds or clears: those of one run, or of decisions, show nothing here.
std::vector<Suite> read_all(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Suite> suites;
  for (const fs::path& path : paths) {
    scenarios::Loaded file = scenarios::load(path.string(), {.root = folder.string()});
    if (!file.ok() || !file.expect || file.pins.schedule) continue;
    suites.push_back({path.lexically_relative(folder).string(), path.string(), std::move(file)});
  }
  return suites;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t greens = 0;
  if (argc == 3) {
    const std::string_view text = argv[2];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), greens);
    if (error != std::errc{} || end != text.data() + text.size()) argc = 0;
  }
  if (argc != 2 && argc != 3) {
    std::fputs("squall_suites FOLDER [SEEDS]: finds and shrinks the red files below FOLDER, plays SEEDS of the green\n",
               stderr);
    return 2;
  }
  if (!fs::is_directory(argv[1])) {
    fmt::print(stderr, "error: '{}' is no folder\n", argv[1]);
    return 2;
  }
  const std::vector<Suite> suites = read_all(argv[1]);
  Worst worst;
  std::size_t reds = 0;
  fmt::print(
      "| red file | found | seeds, median to most | time of the median | seed | left of it | runs to shrink "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const Suite& suite : suites) {
    if (suite.file.expect->violates.empty()) continue;
    ++reds;
    tell_red(suite.name, suite.path, suite.file, worst);
    std::fflush(stdout);
  }
  fmt::print("\n{} red files, {} not found; the slowest find {:.0f} ms, the slowest shrink {:.0f} ms\n", reds,
             worst.missed, worst.found, worst.shrunk);
  if (greens == 0) return 0;
  std::uint64_t violated = 0;
  fmt::print("\n| green file | in {} seeds |\n|---|---|\n", greens);
  for (const Suite& suite : suites) {
    if (!suite.file.expect->violates.empty()) continue;
    violated += tell_green(suite.name, suite.file, greens);
    std::fflush(stdout);
  }
  fmt::print("\n{} green files, {} seeds each: {} runs violated\n", suites.size() - reds, greens, violated);
  return 0;
}
