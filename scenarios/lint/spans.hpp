// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/agents/times.hpp"
#include "scenarios/lint/linting.hpp"
#include "sim/time.hpp"

namespace squall::scenarios {

/// The longest that a time may come to; what is computed counts as nothing.
sim::Duration longest(const Time& time);
sim::Duration longest(const sim::Distribution& distribution);
/// As a file would write it, rounded to two digits of its unit: `8m20s` is too much to read, `8.3m` is not a file's. `8m`.
std::string rough(sim::Duration duration);

/// The longest time that a step may take by what it does itself: work, sleep, calls, context; several rounds where their
/// number is written. Waits count as far as their own bounds say, since without one nothing is known.
sim::Duration longest(const Linting& linting, const Step& step);
/// One after the other.
sim::Duration longest(const Linting& linting, const Program& program);

}  // namespace squall::scenarios
