// SPDX-License-Identifier: Apache-2.0
#include "faults/shrink.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace squall::faults {
namespace {

using Set = std::set<std::size_t>;

/// Fails where all of `needed` are there.
Fails needs(Set needed) {
  return [needed = std::move(needed)](std::span<const std::size_t> parts) {
    return std::ranges::all_of(needed, [&](std::size_t part) { return std::ranges::binary_search(parts, part); });
  };
}

Shrunk shrunk(std::size_t parts, const Fails& fails, std::uint64_t budget = 10'000) {
  Budget left{.left = budget};
  return ddmin(parts, fails, left);
}

}  // namespace

TEST_SUITE("ddmin") {
  TEST_CASE("finds exactly the parts that are needed together") {
    for (const Set& needed : {Set{0}, Set{99}, Set{3, 50}, Set{0, 1, 2}, Set{7, 20, 64, 98}}) {
      const Shrunk result = shrunk(100, needs(needed));
      CHECK(Set(result.parts.begin(), result.parts.end()) == needed);
      CHECK(result.minimal);
    }
  }

  TEST_CASE("asks for no part first: one question where nothing is needed") {
    Budget budget{.left = 10};
    const Shrunk result = ddmin(1000, needs({}), budget);
    CHECK(result.parts.empty());
    CHECK(result.minimal);
    CHECK(budget.spent == 1);
  }

  TEST_CASE("one part of 1024 costs a question or two for each halving") {
    Budget budget{.left = 10'000};
    CHECK(ddmin(1024, needs({777}), budget).parts == Parts{777});
    CHECK(budget.spent <= 1 + 2 * 10);
  }

  TEST_CASE("no single part can be left out of what it returns, whatever the question") {
    // Fails with three of 0..9, or with 4 alone if 5 is not there: not monotone.
    const Fails odd = [](std::span<const std::size_t> parts) {
      const auto has = [&](std::size_t part) { return std::ranges::binary_search(parts, part); };
      return std::ranges::count_if(parts, [](std::size_t part) { return part < 10; }) >= 3 || (has(4) && !has(5));
    };
    const Shrunk result = shrunk(40, odd);
    REQUIRE(result.minimal);
    CHECK(odd(result.parts));
    for (const std::size_t left_out : result.parts) {
      Parts rest = result.parts;
      std::erase(rest, left_out);
      CHECK_FALSE(odd(rest));
    }
  }

  TEST_CASE("asks about each set once") {
    std::set<Parts> asked;
    const Fails inner = needs({1, 6, 11});
    const Fails once = [&](std::span<const std::size_t> parts) {
      CHECK(asked.insert(Parts(parts.begin(), parts.end())).second);
      return inner(parts);
    };
    CHECK(shrunk(12, once).parts == Parts{1, 6, 11});
  }

  TEST_CASE("keeps to its budget, returns what still fails, and does not call it minimal") {
    for (std::uint64_t most = 1; most < 12; ++most) {
      Budget budget{.left = most};
      const Fails fails = needs({10, 200});
      const Shrunk result = ddmin(256, fails, budget);
      CHECK(budget.spent <= most);
      CHECK(fails(result.parts));
      CHECK_FALSE(result.minimal);
    }
  }

  TEST_CASE("of one part and of none") {
    CHECK(shrunk(0, needs({})).parts.empty());
    CHECK(shrunk(1, needs({0})).parts == Parts{0});
    CHECK(shrunk(1, needs({0})).minimal);
  }
}

TEST_SUITE("the smallest number that fails") {
  TEST_CASE("is found by bisection") {
    Budget budget{.left = 100};
    CHECK(smallest(
              1, 1000, [](std::uint64_t n) { return n >= 37; }, budget) == 37);
    CHECK(budget.spent <= 11);  // the lowest, then log2 of 999
  }
  TEST_CASE("is the lowest where that fails, the highest where no other does") {
    Budget budget{.left = 100};
    CHECK(smallest(
              1, 9, [](std::uint64_t) { return true; }, budget) == 1);
    CHECK(smallest(
              1, 9, [](std::uint64_t n) { return n == 9; }, budget) == 9);
    CHECK(smallest(
              4, 4, [](std::uint64_t) { return false; }, budget) == 4);
  }
  TEST_CASE("stays with what is known to fail when the budget ends") {
    Budget budget{.left = 2};
    CHECK(smallest(
              1, 1000, [](std::uint64_t n) { return n >= 37; }, budget) == 500);
  }
}

}  // namespace squall::faults
