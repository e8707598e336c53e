// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "sim/history/transactions/anomalies.hpp"

namespace squall::sim::history::detail {

/// Adds the shortest circle of each kind (G0, G1c, G-single, write skew, G2-item) that the dependencies close. A circle is of
/// the first kind that it fits.
void find_circles(std::uint32_t transactions, std::span<const DependencyEdge> edges, std::vector<Anomaly>& into);

/// Adds a circle that only real time or the order of a process closes.
void find_real_time_circle(std::uint32_t transactions, std::span<const DependencyEdge> edges,
                           std::vector<Anomaly>& into);

}  // namespace squall::sim::history::detail
