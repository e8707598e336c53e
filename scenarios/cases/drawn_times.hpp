// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/file.hpp"

namespace squall::scenarios {

/// Every time that work and sleep draw in the run of `seed` with exactly `plan`, as the shortest that could be drawn instead,
/// and every pause before a retry, fixed or drawn, as none. Sorted by the names of the draws; of one step 32 at most, 256 in
/// all: a case with more lines than that helps nobody. Requires: the scenario pins nothing.
std::vector<Pins::Answer> shortest_times(const Scenario& scenario, std::uint64_t seed, const faults::Plan& plan);

}  // namespace squall::scenarios
