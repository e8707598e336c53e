// SPDX-License-Identifier: Apache-2.0
#include "sim/draw.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/draw_tables.hpp"

using namespace squall::sim;
using namespace squall::sim::literals;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();

/// The drawn value below which a share of `u` of all values lies.
std::uint64_t quantile(double u) { return static_cast<std::uint64_t>(std::ldexp(u, 64)); }
double seconds_at(const Distribution& distribution, double u) {
  return static_cast<double>(sample(distribution, quantile(u)).count()) * 1e-9;
}
/// Mean of the distribution by the midpoint rule over `n` equal parts of the values.
double mean_seconds(const Distribution& distribution, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += seconds_at(distribution, (i + 0.5) / n);
  return sum / n;
}
/// The standard normal quantile exceeded with probability w, by bisection of the error function.
double normal_quantile(double w) {
  double low = 0;
  double high = 8;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(middle / std::sqrt(2.0)) > w ? low : high) = middle;
  }
  return (low + high) / 2;
}
/// Values where something could break: both ends, the middle, around each power of two from either end, and a grid.
std::vector<std::uint64_t> telling_values() {
  std::vector<std::uint64_t> values;
  for (int bit = 0; bit < 64; ++bit)
    for (const std::uint64_t step : {0, 1, 2, 3}) {
      const std::uint64_t power = std::uint64_t{1} << bit;
      values.insert(values.end(), {power - step, power + step, highest - power + step, highest - power - step});
    }
  for (std::uint64_t i = 0; i < 20'000; ++i) values.push_back(i * (highest / 20'000));
  std::ranges::sort(values);
  return values;
}

}  // namespace

// Every digest and every replay line stands on these numbers: another value here is another run of every seed. They were
// computed from the formulas by a program in another language; the first of run_key is also the first output of splitmix64
// from state 0, as published.
TEST_SUITE("keys of draws") {
  TEST_CASE("a run's key is what it always was") {
    CHECK(run_key(Seed{0}) == 0xe220'a839'7b1d'cdafULL);
    CHECK(run_key(Seed{7}) == 0x63cb'e1e4'5932'0dd7ULL);
    CHECK(run_key(Seed{highest}) == 0xe4d9'7177'1b65'2c20ULL);
  }

  TEST_CASE("a site's key is what it always was") {
    CHECK(site_key("") == 0x12f0'2ed4'a4aa'4dc8ULL);
    CHECK(site_key("coder/receive task #1") == 0x7f82'16d5'6975'85f9ULL);
    CHECK(site_key("é") == 0xd89a'ef75'bb06'54d0ULL);  // bytes above 127 count as unsigned on every machine
  }

  TEST_CASE("a child's key is what it always was, and tells parent from child") {
    CHECK(child_key(site_key("coder/receive task #1"), 0) == 0x4273'a880'3c40'2d35ULL);
    CHECK(child_key(site_key("coder/receive task #1"), 1) == 0x5c06'1b2c'2580'330aULL);
    CHECK(child_key(1, 2) == 0x6d1f'd791'4ac0'a773ULL);
    CHECK(child_key(2, 1) == 0x3a3d'7d62'4f00'1b21ULL);
  }

  TEST_CASE("what is drawn is what it always was") {
    const std::uint64_t run = run_key(Seed{7});
    const SiteKey site = site_key("coder/receive task #1");
    CHECK(draw_base(run, site, 0, 0) == 0xe587'4433'b108'8165ULL);
    CHECK(draw_base(run, site, 0, 1) == 0xced4'2912'e6c3'14d3ULL);
    CHECK(draw_base(run, site, 17, 3) == 0x561c'30b9'de10'3553ULL);
    CHECK(draw_base(run, site, 0xffff'ffff, std::uint64_t{1} << 40) == 0xe3ed'422c'a628'e225ULL);
    CHECK(Draw{draw_base(run, site, 0, 0)}.value(purpose("message-loss")) == 0x9aaa'ffed'1ec1'42efULL);
    CHECK(Draw{draw_base(run, site, 17, 3)}.value(purpose("latency")) == 0x7244'60d3'bcf0'8230ULL);
  }

  TEST_CASE("a key can be computed while compiling") {
    static_assert(purpose("latency") != purpose("message-loss"));
    static_assert(draw_base(run_key(Seed{1}), site_key("a"), 0, 0) != draw_base(run_key(Seed{2}), site_key("a"), 0, 0));
  }
}

TEST_SUITE("chances and choices") {
  TEST_CASE("a probability is written in per cent or parts per million") {
    CHECK(20_percent == Probability{200'000});
    CHECK(100_percent == 1'000'000_ppm);
    CHECK(5_ppm < 1_percent);
  }

  TEST_CASE("nothing happens at 0 ppm, everything at 1,000,000") {
    for (const std::uint64_t value : telling_values()) {
      CHECK_FALSE(chance(value, 0_ppm));
      CHECK(chance(value, 1'000'000_ppm));
    }
  }

  TEST_CASE("a chance is exact to one part in 2^32") {
    // 20 % of 2^32 is 858,993,459.2
    CHECK(chance((std::uint64_t{858'993'458} << 32) | 0xffff'ffff, 20_percent));
    CHECK_FALSE(chance(std::uint64_t{858'993'459} << 32, 20_percent));
    // 1 ppm of 2^32 is 4,294.97
    CHECK(chance((std::uint64_t{4'293} << 32) | 0xffff'ffff, 1_ppm));
    CHECK_FALSE(chance(std::uint64_t{4'294} << 32, 1_ppm));
  }

  TEST_CASE("a choice among n covers 0 to n - 1 in equal parts") {
    CHECK(below(0, 7) == 0);
    CHECK(below(highest, 7) == 6);
    CHECK(below(highest, 1) == 0);
    CHECK(below(highest, 0xffff'ffff) == 0xffff'fffe);
    CHECK(below(highest / 2, 2) == 0);
    CHECK(below(highest / 2 + 1, 2) == 1);
  }

  TEST_CASE("purposes of one occurrence do not move each other") {
    const Draw draw{draw_base(run_key(Seed{1}), site_key("a"), 0, 0)};
    CHECK(draw.value(purpose("latency")) == draw_value(draw.base(), purpose("latency")));
    CHECK(draw.value(purpose("latency")) != draw.value(purpose("message-loss")));
  }
}

TEST_SUITE("distributions") {
  TEST_CASE("a constant does not care what is drawn") {
    for (const std::uint64_t value : {std::uint64_t{0}, highest})
      CHECK(sample(Distribution::constant(3s), value) == 3s);
  }

  TEST_CASE("uniform reaches both ends and cuts its range in equal parts") {
    const auto die = Distribution::uniform(1ns, 6ns);
    CHECK(sample(die, 0) == 1ns);
    CHECK(sample(die, highest) == 6ns);
    CHECK(sample(die, highest / 2) == 3ns);
    CHECK(sample(die, highest / 2 + 1) == 4ns);
    CHECK(sample(Distribution::uniform(5s, 5s), highest) == 5s);
    CHECK(sample(Distribution::uniform(0ns, Duration::max()), highest) == Duration::max());
  }

  TEST_CASE("exponential follows -ln(1 - u) to two millionths of the mean") {
    const auto one = Distribution::exponential(1s);
    for (const double u : {0.0, 1e-6, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1 - 1e-6, 1 - 1e-9})
      CHECK(std::abs(seconds_at(one, u) - -std::log1p(-u)) < 2e-6);
    CHECK(mean_seconds(one, 1'000'000) == doctest::Approx(1).epsilon(1e-5));
  }

  TEST_CASE("exponential is what it always was") {
    const auto one = Distribution::exponential(1s);
    CHECK(sample(one, 0) == 0ns);
    CHECK(sample(one, 0x8000'0000'0000'0000ULL) == 693'147'180ns);    // ln 2 = 0.693147180559...
    CHECK(sample(one, 0xc000'0000'0000'0000ULL) == 1'386'294'361ns);  // ln 4 = 1.386294361119...
    CHECK(sample(one, 0x9aaa'ffed'1ec1'42efULL) == 926'775'540ns);    // -ln(1 - 0.604171749) = 0.926774870
    CHECK(sample(one, highest) == 44'361'419'558ns);                  // 64 ln 2 = 44.3614195558...
  }

  TEST_CASE("log-normal has the quantiles that it is given") {
    const auto tool = Distribution::lognormal(100ms, 1s);
    CHECK(seconds_at(tool, 0.5) == doctest::Approx(0.1).epsilon(1e-6));
    CHECK(seconds_at(tool, 0.99) == doctest::Approx(1).epsilon(3e-4));
    CHECK(seconds_at(tool, 0.01) == doctest::Approx(0.01).epsilon(3e-4));  // symmetric: 0.1 * 0.1 / 1
    // sigma = ln 10 / 2.32635 = 0.98979, and at 84.134 % the normal quantile is 1
    CHECK(seconds_at(tool, 0.8413447460685429) == doctest::Approx(0.1 * std::exp(0.98979)).epsilon(3e-4));
    // p50 exp(sigma^2 / 2) = 0.163205, of which the cut leaves 0.163084
    CHECK(mean_seconds(tool, 1'000'000) == doctest::Approx(0.163084).epsilon(1e-4));
  }

  TEST_CASE("log-normal is cut at one in ten thousand on either side") {
    const auto tool = Distribution::lognormal(100ms, 1s);
    CHECK(sample(tool, 0) == sample(tool, quantile(0.0001)));
    CHECK(sample(tool, highest) == sample(tool, quantile(0.9999)));
    CHECK(sample(tool, quantile(0.0002)) > sample(tool, 0));
    CHECK(sample(tool, quantile(0.9998)) < sample(tool, highest));
    // z of 99.99 % is 3.71902: 0.1 s * 10^(3.71902 / 2.32635) = 3.9686 s
    CHECK(seconds_at(tool, 0.9999) == doctest::Approx(3.9686).epsilon(3e-4));
  }

  TEST_CASE("log-normal is what it always was") {
    const auto tool = Distribution::lognormal(100ms, 1s);
    CHECK(sample(tool, 0) == 2'519'634ns);                          // 0.1 s * 10^(-3.71902 / 2.32635) = 2.51971 ms
    CHECK(sample(tool, 0x7244'60d3'bcf0'8230ULL) == 87'500'891ns);  // at 44.6356 %: 87.50310 ms
    CHECK(sample(tool, 0x8000'0000'0000'0000ULL) == 100'000'000ns);
    CHECK(sample(tool, 0x9aaa'ffed'1ec1'42efULL) == 129'888'950ns);  // at 60.4172 %: 129.88274 ms
    CHECK(sample(tool, highest) == 3'968'837'428ns);                 // at 99.99 %: 3.96872 s
  }

  TEST_CASE("log-normal whose p99 is its p50 is a constant") {
    for (const std::uint64_t value : {std::uint64_t{0}, quantile(0.3), highest})
      CHECK(sample(Distribution::lognormal(2s, 2s), value) == 2s);
  }

  TEST_CASE("no distribution falls as the drawn value grows, and none is negative") {
    const std::vector<std::uint64_t> values = telling_values();
    for (const Distribution& distribution :
         {Distribution::uniform(0ns, Duration::max()), Distribution::exponential(1ns), Distribution::exponential(1s),
          Distribution::exponential(Duration::max()), Distribution::lognormal(1ns, 2ns),
          Distribution::lognormal(1s, 1s + 1ns), Distribution::lognormal(100ms, 1s),
          Distribution::lognormal(1ns, Duration::max()),
          Distribution::lognormal(Duration::max() - 1ns, Duration::max())}) {
      Duration before{0};
      for (const std::uint64_t value : values) {
        const Duration now = sample(distribution, value);
        REQUIRE(now >= before);
        before = now;
      }
    }
  }

  TEST_CASE("what does not fit saturates") {
    CHECK(sample(Distribution::exponential(Duration::max()), highest) == Duration::max());
    CHECK(sample(Distribution::exponential(Duration::max()), quantile(0.9)) == Duration::max());
    CHECK(sample(Distribution::exponential(Duration::max()), quantile(0.5)) < Duration::max());
    CHECK(sample(Distribution::lognormal(1ns, Duration::max()), highest) == Duration::max());
    CHECK(sample(Distribution::lognormal(1ns, Duration::max()), 0) == 0ns);
  }

  TEST_CASE("a mean or a median of nothing takes no time") {
    CHECK(sample(Distribution::exponential(0ns), highest) == 0ns);
    CHECK(sample(Distribution::exponential(-1s), highest) == 0ns);
    CHECK(sample(Distribution::lognormal(0ns, 1s), highest) == 0ns);
  }

  TEST_CASE("the tables are what their descriptions say") {
    const auto close = [](double expected, std::uint64_t unit) {
      return std::abs(expected - static_cast<double>(unit)) <= 1;
    };
    for (std::size_t i = 0; i <= 256; ++i) {
      const auto x = static_cast<double>(i);
      CHECK(close(std::ldexp(-std::log((256 + x) / 512), 32), detail::minus_ln_table[i]));
      CHECK(close(std::ldexp(std::exp2(x / 256) - 1, 31), detail::power_of_two_table[i]));
    }
    for (std::size_t i = 0; i < detail::normal_quantile_table.size(); ++i) {
      const double w = std::ldexp(static_cast<double>(32 - i % 16) / 16, -static_cast<int>(i / 16) - 2);
      CHECK(close(std::ldexp(normal_quantile(w), 30), detail::normal_quantile_table[i]));
    }
    CHECK(static_cast<double>(detail::octaves_per_quantile) ==
          doctest::Approx(std::ldexp(1 / (normal_quantile(0.01) * std::log(2.0)), 64)).epsilon(1e-12));
    CHECK(detail::cut_probability == 1'844'674'407'370'955);  // 2^64 / 10,000 = 1,844,674,407,370,955.16
  }
}
