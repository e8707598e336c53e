// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "reports/cli/commands.hpp"
#include "scenarios/strategies.hpp"

namespace squall::reports::cli {

/// What the options say; nothing where it was refused. Without any: timed.
std::optional<scenarios::StrategyChoice> strategy_of(const StrategyArguments& arguments);

/// The options that say the same of one strategy: ` --strategy pct:2 --faults 1`. Nothing for timed runs.
std::string strategy_text(const scenarios::StrategyChoice& choice);

}  // namespace squall::reports::cli
