// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {

inline constexpr std::uint32_t many = 1'000'000;

/// How many activations of all instances may stand at this step at once, at most: members, branches of a `map`, instances.
/// `many` where nothing bounds them.
std::uint32_t at_once_most(const Linting& linting, Survey::Number step);

}  // namespace squall::scenarios
