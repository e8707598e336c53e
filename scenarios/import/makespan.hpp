// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "scenarios/import/import.hpp"
#include "sim/time.hpp"

namespace squall::scenarios {

/// How long the imported workflow takes with seed 1 and no faults: until it reports success, or fails. Nothing where it cannot be read, or
/// does neither. To be held against the recorded makespan.
std::optional<sim::Duration> makespan(const Imported& imported);

}  // namespace squall::scenarios
