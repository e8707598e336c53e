// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/history/models.hpp"
#include "sim/history/search.hpp"

namespace squall::sim::history::detail {

struct Searched {
  Linearization found;
  std::vector<std::string> states;  ///< `found.states` as half sentences
};

/// Searches by the machine of the model; for a queue by the one that leaves the order of enqueues open, wherever it can be:
/// no dequeue found nothing.
Searched search_calls(const Values& values, ModelKind kind, const ModelOptions& options, std::span<const Call> calls,
                      const SearchLimits& limits, std::span<const Machine::State> starts = {});

}  // namespace squall::sim::history::detail
