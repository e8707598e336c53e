// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

/// What the cost curves measure: workloads that grow in one number and in nothing else.
namespace squall::bench {

/// What one point came to.
struct Measured {
  double build_seconds = 0;  ///< processor time until the first event
  double run_seconds = 0;
  double units = 0;               ///< by which the run is divided: events, or what the curve is about
  std::uint64_t world_bytes = 0;  ///< allocated at the end; 0 where there is no single world
};

struct Curve {
  const char* name;
  const char* grows;  ///< what the number counts
  const char* unit;   ///< what the time is divided by
  const char* about;
  Measured (*measure)(std::uint64_t n);
  std::uint64_t last;       ///< greatest power of ten that belongs to the table
  std::uint64_t last_long;  ///< the same where one has the time
};

std::span<const Curve> curves();

}  // namespace squall::bench
