// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "scenarios/run.hpp"

namespace squall::scenarios {

/// Names of the workflows that come with squall, in the order in which they are shown.
std::span<const std::string_view> builtin_names();

/// One of them, with the faults that belong to it and every invariant as its judge; nothing for another name.
std::optional<Scenario> builtin(std::string_view name);

}  // namespace squall::scenarios
