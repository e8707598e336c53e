// SPDX-License-Identifier: Apache-2.0
#include "reports/statistics.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace squall::reports {

TEST_SUITE("intervals") {
  TEST_CASE("Wilson's, by worked examples") {
    // (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96: 10 of 100.
    const Interval ten = wilson(10, 100);
    CHECK(ten.low == doctest::Approx(0.05523).epsilon(0.001));
    CHECK(ten.high == doctest::Approx(0.17437).epsilon(0.001));
    // 0 of n: from 0 to z² / (n + z²).
    CHECK(wilson(0, 100).low == 0);
    CHECK(wilson(0, 100).high == doctest::Approx(3.8415 / 103.8415).epsilon(0.001));
    CHECK(wilson(100, 100).high == 1);
    CHECK(wilson(100, 100).low == doctest::Approx(100 / 103.8415).epsilon(0.001));
    CHECK(wilson(0, 0).low == 0);
    CHECK(wilson(0, 0).high == 1);
  }

  TEST_CASE("of a mean: 1, 2, 3 have the mean 2, the deviation 1 and the interval 2 ± 1.96 / sqrt 3") {
    const Mean mean = mean_of(std::vector<double>{1, 2, 3});
    CHECK(mean.mean == doctest::Approx(2));
    CHECK(mean.interval.low == doctest::Approx(2 - 1.13159).epsilon(0.001));
    CHECK(mean.interval.high == doctest::Approx(2 + 1.13159).epsilon(0.001));
    CHECK(mean_of(std::vector<double>{5}).interval.low == 5);
    CHECK(mean_of({}).mean == 0);
  }
}

TEST_SUITE("numbers for people") {
  TEST_CASE("shares: never a nought for what was seen, nor a hundred for what was not always") {
    CHECK(percent_text(0) == "0 %");
    CHECK(percent_text(1) == "100 %");
    CHECK(percent_text(0.096) == "9.6 %");
    CHECK(percent_text(0.5) == "50 %");
    CHECK(percent_text(0.000'012) == "0.0012 %");
    CHECK(percent_text(0.999'999) == "99.9999 %");
    CHECK(percent_text(0.123'456) == "12.3 %");
  }
  TEST_CASE("counts have their thousands apart") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(1'234'567) == "1,234,567");
    CHECK(counted(1, "run", "runs") == "1 run");
    CHECK(counted(12'000, "run", "runs") == "12,000 runs");
  }
}

}  // namespace squall::reports
