// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/curves/points.hpp"

namespace squall::bench {

struct Point {
  std::uint64_t n = 0;
  Measured measured;
  std::uint64_t peak_bytes = 0;  ///< of memory, beyond what the process had before

  double ns_per_unit() const { return measured.units == 0 ? 0 : measured.run_seconds * 1e9 / measured.units; }
  double bytes_per_n() const { return static_cast<double>(peak_bytes) / static_cast<double>(n); }
};

struct Drawn {
  const Curve* curve;
  std::vector<Point> points;
};

/// An SVG with a panel for each curve: nanoseconds for each unit, and mebibytes, over n; all axes by powers of ten. A
/// curve of time that is flat is what one wants.
std::string picture(const std::vector<Drawn>& curves);

}  // namespace squall::bench
