// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/history/check.hpp"

namespace squall::sim::history {

/// A small part of `calls`, which are not linearizable, that fails by itself.
///
/// First the shortest beginning that fails; then the latest moment from which on it fails whatever the state was before;
/// then one call after the other is left out, or need not have taken effect, as long as what is left fails. Only what
/// cannot have explained anything is left out: a write together with whoever saw it, never alone. `blocked`: the call at
/// whose return the beginning ends (Linearization), where that is known. All tries together take at most some million
/// steps; one that is not decided counts as one that does not fail.
FailingPart smallest_failing(const Values& values, ModelKind kind, const ModelOptions& options, std::vector<Call> calls,
                             std::optional<std::uint32_t> blocked, const SearchLimits& limits);

}  // namespace squall::sim::history
