// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.hpp"

namespace squall::sim {

/// The memory of a rate limiter that lets `limit` pass per `period`. Zeroed: nobody has passed.
struct Limiter {
  Instant until;       ///< bucket: full again then; window: the start of the present one
  std::uint64_t used;  ///< window: let pass in it

  /// A bucket of `limit` tokens that refills evenly: the generic cell rate algorithm (ITU-T I.371). Exact in nanoseconds
  /// up to the remainder of `period / limit`.
  bool pass_bucket(Instant now, std::uint32_t limit, Duration period) {
    if (limit == 0 || bucket_wait(now, limit, period) > Duration::zero()) return false;
    until = later(std::max(until, now), period / limit);
    return true;
  }
  /// How long until the bucket has a token again; zero where it has one. Requires: limit > 0.
  Duration bucket_wait(Instant now, std::uint32_t limit, Duration period) const {
    const Instant full = later(std::max(until, now), period / limit);
    const Instant latest = later(now, period);
    return full > latest ? full - latest : Duration::zero();
  }
  /// Windows follow each other from the start of the run; each lets the first `limit` pass. Up to twice the limit may
  /// pass around a border.
  bool pass_window(Instant now, std::uint32_t limit, Duration period) {
    const Duration into = period > Duration::zero() ? now.time_since_epoch() % period : Duration::zero();
    if (const Instant start = now - into; start != until) {
      until = start;
      used = 0;
    }
    if (used >= limit) return false;
    ++used;
    return true;
  }
  /// How long until the next window begins.
  static Duration window_wait(Instant now, Duration period) {
    return period > Duration::zero() ? period - now.time_since_epoch() % period : Duration::zero();
  }
};

}  // namespace squall::sim
