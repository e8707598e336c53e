// SPDX-License-Identifier: Apache-2.0
#include "sim/draw.hpp"

#include <bit>
#include <limits>

#include "sim/draw_tables.hpp"

namespace squall::sim::detail {
namespace {

constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

constexpr Duration saturated(Wide nanoseconds) {
  return Duration{nanoseconds > static_cast<Wide>(longest) ? longest : static_cast<std::int64_t>(nanoseconds)};
}

/// -ln(w / 2^64) in units of 2^-57, falling as w grows. Requires w > 0. The octave of w is exact, the place inside it is
/// interpolated: the error stays below 2e-6 out to the last of the 2^64 values, which cells of equal width do not reach.
constexpr std::uint64_t minus_ln(std::uint64_t w) {
  const int octave = std::countl_zero(w);
  const std::uint64_t mantissa = w << octave << 1;  // without its leading one
  const std::size_t cell = mantissa >> 56;
  const std::uint64_t upper = std::uint64_t{minus_ln_table[cell]} << 25;
  const std::uint64_t lower = std::uint64_t{minus_ln_table[cell + 1]} << 25;
  const std::uint64_t ln_2 = std::uint64_t{minus_ln_table[0]} << 25;
  return static_cast<std::uint64_t>(octave) * ln_2 + upper - scale(upper - lower, mantissa << 8);
}

Duration exponential(std::int64_t mean, std::uint64_t value) {
  if (mean <= 0) return Duration::zero();
  const std::uint64_t means = minus_ln(~value | 1);
  return saturated(static_cast<Wide>(static_cast<std::uint64_t>(mean)) * means >> 57);
}

/// The normal quantile that is exceeded with probability w / 2^64, in units of 2^-62. Requires cut_probability <= w < 2^63.
constexpr std::uint64_t normal_quantile(std::uint64_t w) {
  const int octave = std::countl_zero(w);
  const std::uint64_t mantissa = w << octave << 1;
  const std::size_t far = static_cast<std::size_t>(octave) * 16 - (mantissa >> 60);  // end of the cell farther from 0
  const std::uint64_t upper = std::uint64_t{normal_quantile_table[far]} << 32;
  const std::uint64_t lower = std::uint64_t{normal_quantile_table[far - 1]} << 32;
  return upper - scale(upper - lower, mantissa << 4);
}

/// `base` * 2^(exponent / 2^56), rounded down.
constexpr Duration times_power_of_two(std::uint64_t base, std::int64_t exponent) {
  const std::int64_t octave = exponent >> 56;
  const std::uint64_t place = static_cast<std::uint64_t>(exponent) << 8;
  const std::size_t cell = place >> 56;
  const std::uint64_t lower = std::uint64_t{power_of_two_table[cell]} << 32;
  const std::uint64_t upper = std::uint64_t{power_of_two_table[cell + 1]} << 32;
  const std::uint64_t mantissa = (std::uint64_t{1} << 63) + lower + scale(upper - lower, place << 8);
  if (octave > 63) return Duration::max();
  if (octave < -64) return Duration::zero();
  return saturated(static_cast<Wide>(base) * mantissa >> (63 - octave));
}

Duration lognormal(std::int64_t p50, std::int64_t p99, std::uint64_t value) {
  if (p50 <= 0) return Duration::zero();
  if (p99 <= p50) return Duration{p50};
  const bool below_median = value < std::uint64_t{1} << 63;
  const std::uint64_t tail = below_median ? value : ~value;
  const std::uint64_t quantile = normal_quantile(tail < cut_probability ? cut_probability : tail);
  const std::uint64_t spread = minus_ln(static_cast<std::uint64_t>(p50)) - minus_ln(static_cast<std::uint64_t>(p99));
  // At most 3.72 quantiles of 27.1 octaves: 101 octaves need 7 bits above the 56 of the fraction.
  const auto octaves =
      static_cast<std::int64_t>(static_cast<Wide>(scale(spread, octaves_per_quantile)) * quantile >> 63);
  return times_power_of_two(static_cast<std::uint64_t>(p50), below_median ? -octaves : octaves);
}

}  // namespace

Duration sample_table(const Distribution& distribution, std::uint64_t value) {
  if (distribution.kind == Distribution::Kind::exponential) return exponential(distribution.a, value);
  return lognormal(distribution.a, distribution.b, value);
}

}  // namespace squall::sim::detail
