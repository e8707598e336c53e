// SPDX-License-Identifier: Apache-2.0
#include "sim/time.hpp"

#include <doctest/doctest.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>

using namespace squall::sim;
using namespace std::chrono_literals;

namespace {
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

template <class T>
concept can_be_added_to_itself = requires(T a) {
  a + a;
};
}  // namespace

TEST_SUITE("virtual time") {
  TEST_CASE("counts whole nanoseconds from the start of the run") {
    CHECK(start_of_time.time_since_epoch() == 0ns);
    CHECK((start_of_time + 90s).time_since_epoch().count() == 90'000'000'000);
    CHECK(end_of_time.time_since_epoch().count() == highest);
  }

  TEST_CASE("the sum of two instants does not compile, that of two durations does") {
    CHECK_FALSE(can_be_added_to_itself<Instant>);
    CHECK(can_be_added_to_itself<Duration>);
  }

  TEST_CASE("an instant beyond the end of time is told from one that fits") {
    CHECK(checked_later(start_of_time, 5ns) == start_of_time + 5ns);
    CHECK(checked_later(end_of_time - 5ns, 5ns) == end_of_time);
    CHECK(checked_later(end_of_time - 5ns, 6ns) == std::nullopt);
    CHECK(checked_later(end_of_time, Duration::max()) == std::nullopt);
  }

  TEST_CASE("nothing is later by a negative wait") {
    CHECK(checked_later(start_of_time + 5ns, -1ns) == std::nullopt);
    CHECK(checked_later(start_of_time, Duration::min()) == std::nullopt);
  }

  TEST_CASE("what would be due beyond the end of time is due at its end") {
    CHECK(later(start_of_time, 1h) == start_of_time + 1h);
    CHECK(later(end_of_time - 1ns, 2ns) == end_of_time);
    CHECK(later(end_of_time, Duration::max()) == end_of_time);
  }
}

TEST_SUITE("checked integers") {
  TEST_CASE("a sum or a difference that fits is given, another is not") {
    CHECK(checked_add(highest - 1, 1) == highest);
    CHECK(checked_add(highest, 1) == std::nullopt);
    CHECK(checked_add(lowest, -1) == std::nullopt);
    CHECK(checked_add(lowest, highest) == -1);
    CHECK(checked_subtract(lowest + 1, 1) == lowest);
    CHECK(checked_subtract(lowest, 1) == std::nullopt);
    CHECK(checked_subtract(0, lowest) == std::nullopt);  // 2^63 is one too many
    CHECK(checked_subtract(-1, lowest) == highest);
  }

  TEST_CASE("a product that fits is given, another is not") {
    CHECK(checked_multiply(3'037'000'499, 3'037'000'499) == 9'223'372'030'926'249'001);  // the largest square
    CHECK(checked_multiply(3'037'000'500, 3'037'000'500) == std::nullopt);
    CHECK(checked_multiply(lowest, 1) == lowest);
    CHECK(checked_multiply(lowest, -1) == std::nullopt);
    CHECK(checked_multiply(lowest, 0) == 0);
  }

  TEST_CASE("a quotient is cut towards zero") {
    CHECK(checked_divide(7, 2) == 3);
    CHECK(checked_divide(-7, 2) == -3);
    CHECK(checked_divide(lowest, 1) == lowest);
  }

  TEST_CASE("a remainder has the sign of the dividend") {
    CHECK(checked_remainder(7, -2) == 1);
    CHECK(checked_remainder(-7, 2) == -1);
    CHECK(checked_remainder(-8, 2) == 0);
  }

  TEST_CASE("nothing is divided by zero") {
    CHECK(checked_divide(1, 0) == std::nullopt);
    CHECK(checked_remainder(1, 0) == std::nullopt);
  }

  TEST_CASE("the one quotient that does not fit has a remainder") {
    CHECK(checked_divide(lowest, -1) == std::nullopt);
    CHECK(checked_remainder(lowest, -1) == 0);
  }
}
