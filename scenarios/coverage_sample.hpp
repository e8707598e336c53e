// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "faults/coverage.hpp"
#include "scenarios/run.hpp"

namespace squall::scenarios {

/// What some of a campaign's timed runs have reached.
struct CoverageSample {
  std::uint64_t runs = 0;
  faults::FeatureRuns features;
};

/// So many of a campaign's runs are looked at: one in 500, at least 100 and at most 10,000, and never more than there are. A
/// run with coverage takes two to four times as long as one without, so of a long campaign this takes less than 1 % of its time.
std::uint64_t coverage_sample_size(std::uint64_t runs);

/// Plays the first runs of a campaign of `runs` seeds from `first` on once more, with coverage. A function of scenario, `first`
/// and `runs`, whatever `jobs`: one for all ways to cut a campaign into shards. Requires: jobs > 0.
CoverageSample sample_coverage(const Scenario& scenario, std::uint64_t first, std::uint64_t runs, unsigned jobs);

}  // namespace squall::scenarios
