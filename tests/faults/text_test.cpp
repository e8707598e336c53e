// SPDX-License-Identifier: Apache-2.0
#include "faults/text.hpp"

#include <doctest/doctest.h>

namespace squall::text_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using sim::Distribution;

TEST_SUITE("values as text") {
  TEST_CASE("a duration is written in the largest unit that divides it") {
    CHECK(to_text(sim::Duration{0}) == "0s");
    CHECK(to_text(sim::Duration{1}) == "1ns");
    CHECK(to_text(sim::Duration{270us}) == "270us");
    CHECK(to_text(sim::Duration{1500ms}) == "1500ms");
    CHECK(to_text(sim::Duration{90s}) == "90s");
    CHECK(to_text(sim::Duration{120s}) == "2m");
    CHECK(to_text(sim::Duration{25h}) == "25h");
    CHECK(to_text(sim::Duration{1h + 1ns}) == "3600000000001ns");
  }
  TEST_CASE("a drawn time is written as workflow files write it") {
    CHECK(to_text(Distribution::constant(5s)) == "5s");
    CHECK(to_text(Distribution::uniform(1s, 20s)) == "1s..20s");
    CHECK(to_text(Distribution::exponential(5s)) == "{mean: 5s}");
    CHECK(to_text(Distribution::lognormal(4s, 20s)) == "{p50: 4s, p99: 20s}");
  }
  TEST_CASE("a chance is written in percent, exactly") {
    CHECK(to_text(0_percent) == "0%");
    CHECK(to_text(5_percent) == "5%");
    CHECK(to_text(100_percent) == "100%");
    CHECK(to_text(2500_ppm) == "0.25%");
    CHECK(to_text(10'500_ppm) == "1.05%");
    CHECK(to_text(1_ppm) == "0.0001%");
  }
}

}  // namespace squall::text_test
