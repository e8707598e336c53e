// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace squall::sim {

/// Simulated time. It has no `now()`: ask a World or a Turn, so nothing reads the wall clock by accident.
struct VirtualClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock, duration>;
  static constexpr bool is_steady = true;
};
using Duration = VirtualClock::duration;   ///< int64 nanoseconds
using Instant = VirtualClock::time_point;  ///< since the start of the run; the sum of two Instants does not compile
static_assert(sizeof(Duration::rep) == 8);

inline constexpr Instant start_of_time{};
/// Nothing is ever due later: a run that reaches it has reached a limit.
inline constexpr Instant end_of_time{Duration{std::numeric_limits<std::int64_t>::max()}};

// Integers of programs and of virtual time do not wrap: each operation says when its result does not fit.
constexpr std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}
constexpr std::optional<std::int64_t> checked_subtract(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}
constexpr std::optional<std::int64_t> checked_multiply(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}
/// Truncates towards zero. Nothing for a zero divisor and for the one quotient that does not fit.
constexpr std::optional<std::int64_t> checked_divide(std::int64_t a, std::int64_t b) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) return std::nullopt;
  return a / b;
}
/// Sign of the dividend. Nothing for a zero divisor.
constexpr std::optional<std::int64_t> checked_remainder(std::int64_t a, std::int64_t b) {
  if (b == 0) return std::nullopt;
  return b == -1 ? 0 : a % b;
}

/// `at` plus `wait`; nothing when it does not fit or `wait` is negative.
constexpr std::optional<Instant> checked_later(Instant at, Duration wait) {
  if (wait < Duration::zero()) return std::nullopt;
  const auto sum = checked_add(at.time_since_epoch().count(), wait.count());
  if (!sum) return std::nullopt;
  return Instant{Duration{*sum}};
}

/// `at` plus `wait`, `end_of_time` when that does not fit: what is due then is never reached, and the run says so.
constexpr Instant later(Instant at, Duration wait) {
  std::int64_t sum = 0;
  const bool fits = !__builtin_add_overflow(at.time_since_epoch().count(), wait.count(), &sum);
  return fits && wait >= Duration::zero() ? Instant{Duration{sum}} : end_of_time;
}

}  // namespace squall::sim
