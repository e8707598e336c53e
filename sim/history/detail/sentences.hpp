// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/history/transactions/dependencies.hpp"

namespace squall::sim::history::detail {

/// Why each transaction of a circle must have come before the next one, as T1, T2, ... in their order.
std::vector<std::string> sentences_of(const Transactions& transactions, std::span<const DependencyEdge> circle);

/// What is odd; T1 is who saw it, T2 the other one.
std::vector<std::string> sentences_of(const Transactions& transactions, const OddFinding& odd);

}  // namespace squall::sim::history::detail
