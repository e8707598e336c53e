// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace squall::faults {

/// How many runs took how long in virtual time, by magnitude: two buckets for each doubling of nanoseconds, so that any time
/// falls into one of a fixed number and parts of a campaign add up. 1 KiB.
struct Times {
  static constexpr std::size_t buckets = 126;
  std::array<std::uint64_t, buckets> runs{};

  /// Of a time in nanoseconds; what is below 1 counts as 1.
  static constexpr std::size_t bucket_of(std::int64_t ns) {
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 1));
    const auto width = static_cast<std::size_t>(std::bit_width(time));
    const std::size_t upper_half = width > 1 ? time >> (width - 2) & 1 : 0;
    return 2 * (width - 1) + upper_half;
  }
  /// The least time of a bucket, in nanoseconds; of the one behind the last: beyond all.
  static constexpr std::uint64_t least(std::size_t bucket) {
    return bucket < 2 ? 1 : (std::uint64_t{2} + bucket % 2) << (bucket / 2 - 1);
  }

  void add(std::int64_t ns) { ++runs[bucket_of(ns)]; }
  void add(const Times& other) {
    for (std::size_t b = 0; b < buckets; ++b) runs[b] += other.runs[b];
  }
  std::uint64_t count() const { return std::accumulate(runs.begin(), runs.end(), std::uint64_t{0}); }

  friend bool operator==(const Times&, const Times&) = default;
};

}  // namespace squall::faults
