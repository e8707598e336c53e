// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "reports/cli/commands.hpp"
#include "scenarios/strategies.hpp"

namespace squall::reports::cli {

/// What the options say; nothing where it was refused. Without any: timed.
std::optional<scenarios::StrategyChoice> strategy_of(const StrategyArguments& arguments);

}  // namespace squall::reports::cli
