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

/// What both sides come to, in words, and what they differ by (B less A) with its 95 % interval.
struct Compared {
  std::string what, first, second, difference, low, high;
  int sign = 0;  ///< of the difference where the interval leaves out nothing; else 0
};
/// How often each side shows a finding.
Compared compared_rate(const scenarios::PairedFinding& finding, std::uint64_t pairs);
/// Time, messages and effects of the pairs that go well on both sides; empty where there are none.
std::vector<Compared> compared_costs(const scenarios::Comparison& comparison);
/// `gone` (only A shows it), `new` (only B) or `both`.
const char* fate_of(const scenarios::PairedFinding& finding);

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
