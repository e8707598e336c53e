// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "scenarios/cases/shrinking.hpp"
#include "scenarios/player.hpp"

/// Figures; `squall_tests_campaign -ns -ts=campaigns` prints them.
namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seeds from `first` on until one of `names` is violated; 0 where none is in 100,000.
std::uint64_t seeds_to_find(Runner& runner, std::uint64_t first, const std::vector<std::string>& names) {
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    for (const sim::Violation& violation : runner.run(sim::Seed{first + n - 1}).violations) {
      if (std::ranges::find(names, violation.invariant) != names.end()) return n;
    }
  }
  return 0;
}

}  // namespace

TEST_SUITE("campaigns" * doctest::skip()) {
  TEST_CASE("each red file: seeds until it is found (median of 20 disjoint ranges), and what shrinking leaves of it") {
    constexpr std::uint64_t ranges = 20, apart = 1'000'000;
    fmt::print("{:<24}{:>8}{:>8}{:>10}{:>10}{:>8}{:>8}{:>9}{:>10}\n", "red file", "median", "worst", "find ms",
               "faults", "left", "lines", "runs", "shrink ms");
    std::vector<std::string> folders;
    for (const auto& entry : fs::directory_iterator{SQUALL_SOURCE_DIR "/scenarios/suites"}) {
      if (fs::exists(entry.path() / "broken.yaml")) folders.push_back(entry.path().string());
    }
    std::ranges::sort(folders);
    for (const std::string& folder : folders) {
      const std::string path = folder + "/broken.yaml";
      const Loaded red = load(path);
      REQUIRE(red.ok());
      Runner runner{*red.scenario};
      std::vector<std::uint64_t> found;
      const auto begin = std::chrono::steady_clock::now();
      for (std::uint64_t range = 0; range < ranges; ++range)
        found.push_back(seeds_to_find(runner, 1 + range * apart, red.expect->violates));
      const double finding = seconds_since(begin) / ranges;
      CHECK_MESSAGE(std::ranges::count(found, std::uint64_t{0}) == 0, path);
      const std::uint64_t seed = found.front();
      std::ranges::sort(found);

      const auto began = std::chrono::steady_clock::now();
      const auto shrunk = shrink(path, red, seed);
      const double shrinking = seconds_since(began);
      REQUIRE_MESSAGE(shrunk.has_value(), path);
      CHECK_MESSAGE(shrunk->minimal, path);
      CHECK_MESSAGE(finding < 1, path);
      CHECK_MESSAGE(shrinking < 2, path);
      const std::string text = to_text(shrunk->file);
      fmt::print("{:<24}{:>8}{:>8}{:>10.3f}{:>10}{:>8}{:>8}{:>9}{:>10.3f}\n", fs::path{folder}.filename().string(),
                 (found[ranges / 2 - 1] + found[ranges / 2]) / 2, found.back(), 1e3 * finding, shrunk->injected.size(),
                 shrunk->plan.lines.size(), std::ranges::count(text, '\n'), shrunk->runs, 1e3 * shrinking);
    }
  }
}

}  // namespace squall::scenarios
