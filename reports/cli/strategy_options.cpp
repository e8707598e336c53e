// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/strategy_options.hpp"

#include <fmt/format.h>

#include "reports/cli/console.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {

std::optional<scenarios::StrategyChoice> strategy_of(const StrategyArguments& arguments) {
  const auto wrong = [](const std::string& what, const char* fix) {
    refuse(what, fix);
    return std::nullopt;
  };
  auto choice = scenarios::strategy_choice(arguments.strategy.empty() ? "random" : arguments.strategy);
  if (!choice)
    return wrong(fmt::format("no strategy is called '{}'", printable(arguments.strategy)),
                 "use one of: random, pct:1 to pct:20, walk, pos, uniform, portfolio");
  if (choice->timed() && (!arguments.timers.empty() || !arguments.faults.empty()))
    return wrong("--timers and --faults say what may happen in untimed runs, and these are timed",
                 "name an untimed --strategy, or leave them out");
  if (!arguments.timers.empty() && arguments.timers != "any" && arguments.timers != "last")
    return wrong(fmt::format("'{}' does not say when timeouts strike", printable(arguments.timers)),
                 "write any (whenever they are armed) or last (when nothing else can happen)");
  if (arguments.timers == "last") choice->timers = sim::Timers::last;
  if (!arguments.faults.empty()) {
    const auto faults = number_of(arguments.faults);
    if (!faults || *faults > 1'000)
      return wrong(fmt::format("--faults takes a whole number, not '{}'", printable(arguments.faults)),
                   "write one from 0 to 1000");
    choice->faults = static_cast<std::uint32_t>(*faults);
  }
  return choice;
}

}  // namespace squall::reports::cli
