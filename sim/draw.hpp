// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string_view>

#include "sim/site.hpp"
#include "sim/time.hpp"

/// Named draws: a random value is a pure function of (seed, site, instance, occurrence, purpose). There is no stream that
/// an added agent or a removed fault could shift. Integer arithmetic and tables only: equal on every machine.
namespace squall::sim {

enum class Seed : std::uint64_t {};

/// What a value is drawn for, as the hash of its name. Small numbers in its place fail the quality test.
enum class Purpose : std::uint64_t {};
constexpr Purpose purpose(std::string_view name) { return Purpose{site_key(name)}; }

/// Key of a run: the finaliser of splitmix64 (Steele, Lea, Flood, 2014) over its seed.
constexpr std::uint64_t run_key(Seed seed) {
  std::uint64_t z = static_cast<std::uint64_t>(seed) + 0x9e37'79b9'7f4a'7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return z ^ (z >> 31);
}

/// What all draws of one occurrence at one site share: moremur with the site injected twice. One bijection of the
/// occurrence for each (run, site, instance).
constexpr std::uint64_t draw_base(std::uint64_t run, SiteKey site, std::uint32_t instance, std::uint64_t occurrence) {
  std::uint64_t z = (run ^ site ^ (instance * 0xd6e8'feb8'6659'fd93ULL)) + occurrence * 0x9e37'79b9'7f4a'7c15ULL;
  z = (z ^ (z >> 27)) * 0x3c79'ac49'2ba7'b653ULL;
  z = (z ^ (z >> 33)) + (site << 32 | site >> 32);
  z *= 0x1c69'b3f7'4ac4'ae35ULL;
  return z ^ (z >> 27);
}

/// The value drawn for one purpose: purposes of one occurrence do not move each other.
constexpr std::uint64_t draw_value(std::uint64_t base, Purpose what_for) {
  return fold(base ^ static_cast<std::uint64_t>(what_for), 0xa076'1d64'78bd'642fULL);
}

/// A probability in parts per million.
struct Probability {
  std::uint32_t ppm = 0;
  friend constexpr auto operator<=>(Probability, Probability) = default;
};
namespace literals {
constexpr Probability operator""_percent(unsigned long long n) { return {static_cast<std::uint32_t>(n * 10'000)}; }
constexpr Probability operator""_ppm(unsigned long long n) { return {static_cast<std::uint32_t>(n)}; }
}  // namespace literals

/// True with probability `p`: exact to 2^-32.
constexpr bool chance(std::uint64_t value, Probability p) {
  return (value >> 32) < (std::uint64_t{p.ppm} << 32) / 1'000'000;
}
/// Uniform in 0..n-1. Requires n > 0.
constexpr std::uint32_t below(std::uint64_t value, std::uint32_t n) {
  return static_cast<std::uint32_t>(scale(value, n));
}

/// A time that is drawn at each use.
struct Distribution {
  enum class Kind : std::uint8_t { constant, uniform, exponential, lognormal } kind = Kind::constant;
  std::int64_t a = 0;  ///< ns: the constant; lowest; mean; p50
  std::int64_t b = 0;  ///< ns: highest (inclusive); p99

  static constexpr Distribution constant(Duration d) { return {Kind::constant, d.count(), 0}; }
  static constexpr Distribution uniform(Duration low, Duration high) {
    return {Kind::uniform, low.count(), high.count()};
  }
  /// By its mean. Right to 2e-6 of the mean everywhere; the longest of its 2^64 values is 44.4 means.
  static constexpr Distribution exponential(Duration mean) { return {Kind::exponential, mean.count(), 0}; }
  /// Log-normal by its quantiles, the way people know latencies. Cut at its p0.01 and its p99.99. Right to 3e-4 of a value
  /// where p99 is ten times p50, and to as much more as its logarithm grows. Requires 0 < p50 <= p99.
  static constexpr Distribution lognormal(Duration p50, Duration p99) {
    return {Kind::lognormal, p50.count(), p99.count()};
  }
  friend constexpr bool operator==(const Distribution&, const Distribution&) = default;
};

namespace detail {
/// Exponential and log-normal. A p50 or a mean of 0 or less counts as 0, a p99 below p50 as p50.
Duration sample_table(const Distribution& distribution, std::uint64_t value);
}

/// The duration that `value` stands for. Monotone in `value`, integer arithmetic only, never negative. Saturates.
inline Duration sample(const Distribution& distribution, std::uint64_t value) {
  switch (distribution.kind) {
    case Distribution::Kind::constant: return Duration{distribution.a};
    case Distribution::Kind::uniform: {
      const std::uint64_t width = static_cast<std::uint64_t>(distribution.b - distribution.a) + 1;
      return Duration{distribution.a + static_cast<std::int64_t>(scale(value, width))};
    }
    default: return detail::sample_table(distribution, value);
  }
}

/// All draws of one occurrence, bound to it: who holds one cannot reach another's.
class Draw {
 public:
  constexpr explicit Draw(std::uint64_t base) : base_(base) {}
  constexpr std::uint64_t base() const { return base_; }
  constexpr std::uint64_t value(Purpose what_for) const { return draw_value(base_, what_for); }
  constexpr bool chance(Purpose what_for, Probability p) const { return sim::chance(value(what_for), p); }
  constexpr std::uint32_t below(Purpose what_for, std::uint32_t n) const { return sim::below(value(what_for), n); }
  Duration duration(Purpose what_for, const Distribution& d) const { return sample(d, value(what_for)); }

 private:
  std::uint64_t base_;
};

}  // namespace squall::sim
