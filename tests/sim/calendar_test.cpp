// SPDX-License-Identifier: Apache-2.0
#include "sim/calendar.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/draw.hpp"
#include "tests/allocations.hpp"

using namespace squall::sim;
using squall::tests::allocations;
using namespace std::chrono_literals;

namespace {

/// What the calendar has to be equal to: a tree of rows by instant that keeps the order of equals.
using Reference = std::multimap<Instant, Row>;

/// Numbers for the workloads, by the draws that are tested elsewhere.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : run_(run_key(Seed{seed})) {}
  std::uint64_t next() { return draw_value(draw_base(run_, site_key("numbers"), 0, drawn_++), purpose("number")); }
  std::uint32_t below(std::uint32_t n) { return squall::sim::below(next(), n); }

 private:
  std::uint64_t run_;
  std::uint64_t drawn_ = 0;
};

Instant at(std::int64_t nanoseconds) { return Instant{Duration{nanoseconds}}; }

std::vector<Row> drain(Calendar calendar) {
  std::vector<Row> rows;
  while (!calendar.empty()) rows.push_back(calendar.pop().row);
  return rows;
}
std::vector<Row> rows_in_order(const Reference& reference) {
  std::vector<Row> rows;
  for (const auto& [due, row] : reference) rows.push_back(row);
  return rows;
}

/// How far ahead a workload pushes.
enum class Spread { even, many_equal, two_clusters, all_scales };
Duration wait(Numbers& numbers, Spread spread) {
  switch (spread) {
    case Spread::even: return Duration{numbers.below(1'000'000)};
    case Spread::many_equal: return numbers.below(4) != 0 ? 0ns : Duration{numbers.below(20)};
    case Spread::two_clusters:
      return numbers.below(2) != 0 ? Duration{numbers.below(1000)} : 1h + Duration{numbers.below(50)};
    case Spread::all_scales: break;
  }
  return Duration{static_cast<std::int64_t>(numbers.next() >> (1 + numbers.below(63)))};
}

/// Grows to `most` pending and shrinks to nothing, twice; each pop, and every number in between, as the reference has it.
void compare_with_reference(std::uint64_t seed, std::size_t most, Spread spread) {
  Numbers numbers{seed};
  Calendar calendar;
  Reference reference;
  Instant now = start_of_time;
  Row row = 0;
  const auto push = [&] {
    const Instant due = later(now, wait(numbers, spread));
    calendar.push(due, row);
    reference.emplace(due, row);
    ++row;
  };
  const auto pop = [&] {
    REQUIRE(calendar.next_due() == reference.begin()->first);
    const Row hint = calendar.peek_row();
    const Calendar::Entry entry = calendar.pop();
    REQUIRE(entry.at == reference.begin()->first);
    REQUIRE(entry.row == reference.begin()->second);
    REQUIRE((hint == no_row || hint == entry.row));
    now = entry.at;
    reference.erase(reference.begin());
  };
  for (int wave = 0; wave < 2; ++wave) {
    while (reference.size() < most) {
      push();
      if (!reference.empty() && numbers.below(4) == 0) pop();
      REQUIRE(calendar.size() == reference.size());
    }
    while (!reference.empty()) {
      pop();
      if (reference.size() < most && numbers.below(3) == 0) push();
      REQUIRE(calendar.size() == reference.size());
    }
    REQUIRE(calendar.empty());
    REQUIRE_FALSE(calendar.next_due().has_value());
  }
}

/// `n` rows pending of those due within a second: a quarter more were pushed and popped again.
Calendar filled(std::uint32_t n) {
  Numbers numbers{n};
  Calendar calendar;
  for (Row row = 0; row < n + n / 4; ++row) calendar.push(at(numbers.below(1'000'000'000)), row);
  for (std::uint32_t i = 0; i < n / 4; ++i) calendar.pop();
  return calendar;
}

}  // namespace

TEST_SUITE("calendar") {
  TEST_CASE("a new calendar has nothing due and no memory") {
    const Calendar calendar;
    CHECK(calendar.empty());
    CHECK(calendar.size() == 0);
    CHECK(calendar.next_due() == std::nullopt);
    CHECK(calendar.peek_row() == no_row);
    CHECK(calendar.bytes() == 0);
    CHECK_FALSE(calendar.full());
  }

  TEST_CASE("the earliest row comes out first") {
    Calendar calendar;
    calendar.push(at(30), 3);
    calendar.push(at(10), 1);
    calendar.push(at(20), 2);
    CHECK(calendar.next_due() == at(10));
    CHECK(calendar.peek_row() == 1);
    CHECK(drain(calendar) == std::vector<Row>{1, 2, 3});
  }

  TEST_CASE("looking does not take anything out") {
    Calendar calendar;
    calendar.push(at(10), 1);
    for (int i = 0; i < 3; ++i) CHECK(calendar.next_due() == at(10));
    CHECK(calendar.size() == 1);
  }

  TEST_CASE("the rows of the pops to come can be seen ahead") {
    Calendar calendar;
    for (const Row row : {3U, 1U, 2U}) calendar.push(at(row), row);
    CHECK(calendar.peek_row(0) == 1);
    CHECK(calendar.peek_row(2) == 3);
    CHECK(calendar.peek_row(3) == no_row);
  }

  TEST_CASE("rows due at one instant come out in the order they were pushed") {
    for (const Row n : {3U, 64U, 65U, 300U, 5000U}) {
      Calendar calendar;
      std::vector<Row> pushed;
      calendar.push(at(4), n);
      for (Row row = 0; row < n; ++row) {
        calendar.push(at(5), row);
        pushed.push_back(row);
      }
      CHECK(calendar.pop().row == n);
      // Some come late, when the others are already on their way out.
      for (Row row = n + 1; row < n + 4; ++row) {
        calendar.push(at(5), row);
        pushed.push_back(row);
      }
      CHECK(drain(calendar) == pushed);
    }
  }

  TEST_CASE("what is pushed at the instant of the last pop follows what was due then") {
    Calendar calendar;
    for (Row row = 0; row < 1000; ++row) calendar.push(at(7), row);
    for (Row row = 0; row < 5000; ++row) {  // always a thousand pending, always due now
      CHECK(calendar.pop().row == row);
      calendar.push(at(7), row + 1000);
    }
  }

  TEST_CASE("the end of time is an instant like others") {
    Calendar calendar;
    for (Row row = 0; row < 400; ++row) calendar.push(row % 2 == 0 ? end_of_time : start_of_time, row);
    std::vector<Row> expected;
    for (Row row = 1; row < 400; row += 2) expected.push_back(row);
    for (Row row = 0; row < 400; row += 2) expected.push_back(row);
    CHECK(drain(calendar) == expected);
  }

  TEST_CASE("pops what a sorted tree pops, below, at and beyond the size of the array") {
    std::uint64_t seed = 0;
    for (const Spread spread : {Spread::even, Spread::many_equal, Spread::two_clusters, Spread::all_scales})
      for (const std::size_t most : {1, 10, 63, 64, 65, 66, 200, 256, 257, 1000, 4000}) {
        CAPTURE(most);
        CAPTURE(static_cast<int>(spread));
        compare_with_reference(++seed, most, spread);
      }
  }

  TEST_CASE("rows pushed in falling order of time before the first pop come out in rising order") {
    // The radix heap begins with late rows; earlier ones must still find their place before it.
    Calendar calendar;
    for (Row row = 0; row < 3000; ++row) calendar.push(at(3000 - static_cast<std::int64_t>(row)), row);
    std::vector<Row> expected;
    for (Row row = 3000; row-- > 0;) expected.push_back(row);
    CHECK(drain(calendar) == expected);
  }

  TEST_CASE("a burst of near rows in front of many far ones keeps its order") {
    Calendar calendar;
    Reference reference;
    Numbers numbers{5};
    Row row = 0;
    const auto push = [&](Instant due) {
      calendar.push(due, row);
      reference.emplace(due, row++);
    };
    for (int i = 0; i < 5000; ++i) push(at(1'000'000'000) + Duration{numbers.below(100'000)});
    for (int burst = 0; burst < 20; ++burst) {
      const Instant now = at(burst * 1000);
      for (int i = 0; i < 500; ++i) push(now + Duration{numbers.below(900)});
      for (int i = 0; i < 500; ++i) {
        REQUIRE(calendar.pop().row == reference.begin()->second);
        reference.erase(reference.begin());
      }
    }
    CHECK(drain(calendar) == rows_in_order(reference));
  }

  TEST_CASE("every pending row is visited once, and none that was popped") {
    for (const std::uint32_t n : {0U, 40U, 2000U}) {
      const Calendar calendar = filled(n);
      std::multiset<std::pair<Instant, Row>> visited;
      calendar.for_each([&](Calendar::Entry entry) { visited.emplace(entry.at, entry.row); });
      std::multiset<std::pair<Instant, Row>> popped;
      for (Calendar rest = calendar; !rest.empty();) {
        const Calendar::Entry entry = rest.pop();
        popped.emplace(entry.at, entry.row);
      }
      CHECK(visited.size() == n);
      CHECK(visited == popped);
    }
  }

  TEST_CASE("a cleared calendar starts again at the beginning of time") {
    for (const std::uint32_t n : {40U, 2000U}) {
      Calendar calendar = filled(n);
      calendar.clear();
      CHECK(calendar.empty());
      CHECK(calendar.next_due() == std::nullopt);
      calendar.push(start_of_time, 1);
      CHECK(drain(calendar) == std::vector<Row>{1});
    }
  }
}

TEST_SUITE("copies of a calendar") {
  TEST_CASE("a copy and the original run on alike and apart") {
    for (const std::uint32_t n : {10U, 64U, 100U, 3000U}) {
      Calendar original = filled(n);
      Calendar copy = original;
      CHECK(drain(copy) == drain(original));
      Numbers numbers{1};
      Numbers same{1};
      const auto run_on = [](Calendar& calendar, Numbers& draws) {
        std::vector<Row> rows;
        for (std::uint32_t i = 0; i < 5000; ++i) {
          const Calendar::Entry entry = calendar.pop();
          rows.push_back(entry.row);
          calendar.push(later(entry.at, Duration{draws.below(1'000'000'000)}), entry.row);
        }
        return rows;
      };
      const std::vector<Row> by_original = run_on(original, numbers);
      CHECK(run_on(copy, same) == by_original);
    }
  }

  TEST_CASE("a calendar of any size can be assigned to one of any other") {
    for (const std::uint32_t from : {0U, 10U, 64U, 100U, 3000U})
      for (const std::uint32_t to : {0U, 10U, 64U, 100U, 3000U}) {
        const Calendar source = filled(from);
        Calendar target = filled(to);
        target = source;
        CHECK(target.size() == from);
        CHECK(drain(target) == drain(source));
      }
  }

  TEST_CASE("assigning to what was once as large does not allocate") {
    for (const std::uint32_t n : {10U, 64U, 100U, 3000U}) {
      const Calendar image = filled(n);
      Calendar world = image;
      for (int run = 0; run < 10; ++run) {
        while (world.size() > n / 2) world.pop();
        const std::uint64_t before = allocations();
        world = image;
        CHECK(allocations() == before);
      }
      CHECK(drain(world) == drain(image));
    }
  }

  TEST_CASE("a moved-from calendar is empty, and the rows are where they were moved to") {
    Calendar source = filled(3000);
    const std::vector<Row> rows = drain(source);
    Calendar target = std::move(source);
    CHECK(source.empty());  // NOLINT(bugprone-use-after-move): that is what is asked
    CHECK(drain(target) == rows);
  }
}

TEST_SUITE("memory of a calendar") {
  TEST_CASE("a run that was run before allocates nothing") {
    for (const std::uint32_t n : {10U, 100U, 10'000U}) {
      const Calendar image = filled(n);
      Calendar calendar;
      const auto run = [&] {
        Numbers numbers{n};
        calendar = image;
        for (std::uint32_t i = 0; i < 5 * n; ++i) {
          const Calendar::Entry entry = calendar.pop();
          calendar.push(later(entry.at, Duration{numbers.below(1'000'000'000)}), entry.row);
        }
      };
      run();
      const std::uint64_t before = allocations();
      run();
      CHECK(allocations() == before);
    }
  }

  TEST_CASE("what was reserved is enough, whenever the rows are due") {
    for (const std::uint32_t n : {10U, 64U, 65U, 300U, 20'000U})
      for (const Spread spread : {Spread::even, Spread::many_equal, Spread::all_scales}) {
        Numbers numbers{n};
        Calendar calendar;
        calendar.reserve(n);
        const std::uint64_t before = allocations();
        Instant now = start_of_time;
        for (Row row = 0; row < n; ++row) calendar.push(later(now, wait(numbers, spread)), row);
        for (std::uint32_t i = 0; i < n; ++i) {
          const Calendar::Entry entry = calendar.pop();
          now = entry.at;
          calendar.push(later(now, wait(numbers, spread)), entry.row);
        }
        CHECK(allocations() == before);
      }
  }

  TEST_CASE("ten rows take 256 bytes, a hundred thousand at most 30 each") {
    // Sixteen keys; 17.1 bytes a key in full chunks, half as much again unused when it has just grown. A quarter was popped.
    CHECK(filled(10).bytes() == 16 * 16);
    CHECK(filled(100'000).bytes() <= 30 * 125'000);
  }
}
