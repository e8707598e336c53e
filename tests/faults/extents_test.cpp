// SPDX-License-Identifier: Apache-2.0
#include "faults/extents.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace squall::extents_test {

using namespace faults;
using namespace std::chrono_literals;

namespace {

sim::Distribution fixed(sim::Duration time) { return sim::Distribution::constant(time); }
constexpr std::int64_t ms = 1'000'000, second = 1'000 * ms;

}  // namespace

TEST_SUITE("how much of a fault there is") {
  TEST_CASE("is what it lasts and how many times, and no other number") {
    const Fault slow = AgentSlow{.times = 7, .lasts = fixed(90s)};
    const std::vector<Extent> all = extents(slow);
    REQUIRE(all.size() == 2);
    CHECK(std::ranges::count(all, true, &Extent::is_time) == 1);
    for (const Extent& each : all) CHECK(each.value == (each.is_time ? 90 * second : 7));
    CHECK(extents(Fault{MessageLoss{}}).empty());
    CHECK(extents(Fault{MessageDuplicate{.copies = 3}}).size() == 1);  // after which time, but not how many copies
  }

  TEST_CASE("is nothing that is still to be drawn, or never ends") {
    CHECK(extents(Fault{MessageDelay{.by = sim::Distribution::uniform(1s, 9s)}}).empty());
    CHECK(extents(Fault{Partition{{.lasts = std::nullopt}}}).empty());
  }

  TEST_CASE("is set alone") {
    const Fault slow = AgentSlow{.times = 7, .lasts = fixed(90s)};
    for (std::size_t which = 0; which < 2; ++which) {
      const std::vector<Extent> before = extents(slow), after = extents(with_extent(slow, which, 3));
      CHECK(after[which].value == 3);
      CHECK(after[1 - which].value == before[1 - which].value);
      CHECK(with_extent(with_extent(slow, which, 3), which, before[which].value) == slow);
    }
  }

  TEST_CASE("is less in numbers that a person would write, from none on") {
    CHECK(plain_values_below({.option = "times", .is_time = false, .value = 12}) ==
          std::vector<std::int64_t>{0, 1, 2, 5, 10});
    CHECK(plain_values_below({.option = "by", .value = 20 * ms}) ==
          std::vector<std::int64_t>{0, ms, 2 * ms, 5 * ms, 10 * ms});
    CHECK(plain_values_below({.option = "by", .value = 4'000}) ==
          std::vector<std::int64_t>{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000});
    CHECK(plain_values_below({.option = "by", .value = 0}).empty());
    const std::vector<std::int64_t> most = plain_values_below({.option = "by", .value = sim::Duration::max().count()});
    CHECK(std::ranges::is_sorted(most));
    CHECK(most.size() < 64);  // some six questions
    CHECK(std::ranges::find(most, 30 * 60 * second) != most.end());
  }
}

}  // namespace squall::extents_test
