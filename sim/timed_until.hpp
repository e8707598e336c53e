// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "sim/timed.hpp"

namespace squall::sim {

/// `run_timed` for whoever asks about one violation: ends the run as soon as `enough` says so, which is asked after each event
/// that has violated something more. What is violated stays violated, so the answer is that of the whole run. Nothing where it
/// was ended so: then the monitors have not judged the end, and there is more to come. Requires: `begin` was called, and the run
/// collects violations.
std::optional<Halt> run_timed_until(World& world, Run& run, const std::function<bool(const Violations&)>& enough);

}  // namespace squall::sim
