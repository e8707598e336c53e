// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/comparison.hpp"

/// Two designs side by side, and failure rates over a grid.
namespace squall::reports {

struct ComparisonReport {
  std::string first, second;  ///< paths, for messages
  std::uint64_t first_seed = 1;
  scenarios::Comparison comparison;
  std::string again;
};

/// Which findings are gone, which are new, which stay; what time, messages and effects differ by, with intervals. Ends with
/// a newline.
std::string comparison_text(const ComparisonReport&);
/// The same as one JSON object in ASCII, with a newline.
std::string comparison_json(const ComparisonReport&);

/// One point of a grid: a value for each axis, and what each design came to there.
struct GridCell {
  std::vector<std::string> values;
  std::vector<faults::Tally> sides;
};
struct GridReport {
  std::vector<std::string> axes;   ///< kinds of faults
  std::vector<std::string> files;  ///< one design or two
  std::uint64_t first_seed = 1;
  std::vector<GridCell> cells;
  std::string again;
};
/// A line for each point: the rate of runs that violate something, with its interval.
std::string grid_text(const GridReport&);
std::string grid_json(const GridReport&);

}  // namespace squall::reports
