// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/suites/suite.hpp"

/// Figures for README.md; `squall_tests_suites -ns -ts=campaigns` prints them.
namespace squall::suites {

TEST_SUITE("campaigns" * doctest::skip()) {
  TEST_CASE("each pair over 100,000 seeds: the red half is found soon, the green half holds") {
    constexpr std::uint32_t seeds = 100'000;
    fmt::print("{:<24}{:>10}{:>14}{:>16}{:>12}\n", "pair", "found by", "red runs in %", "green violated", "undecided");
    for (const std::string& pair : pairs()) {
      const scenarios::Loaded red = read(pair + "/broken.yaml");
      const scenarios::Loaded green = read(pair + "/fixed.yaml");
      REQUIRE(red.ok());
      REQUIRE(green.ok());
      const scenarios::Judgement broken = judged_over(red, seeds);
      const scenarios::Judgement fixed = judged_over(green, seeds);
      fmt::print("{:<24}{:>10}{:>14}{:>16}{:>12}\n", pair, all_found_by(broken, red.expect->violates),
                 std::uint64_t{broken.violated} * 100 / seeds, fixed.violated, fixed.unknown);
      CHECK_MESSAGE(fixed.violated == 0, pair);
    }
  }
}

}  // namespace squall::suites
