// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "faults/line.hpp"
#include "sim/draw.hpp"
#include "sim/model.hpp"

namespace squall::laws {

/// One line of each kind that something of `model` can be struck by: with options of a few milliseconds and counts of `times`
/// where the kind takes that, a matcher and a trigger that it takes, names of the model drawn from `seed`. A kind that comes to
/// be is among them without being named here. `calm` is left out: where it comes, nothing else does.
std::vector<faults::Line> any_lines(const sim::Model& model, sim::Probability chance, std::uint32_t times,
                                    std::uint64_t seed);

}  // namespace squall::laws
