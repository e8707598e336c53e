// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "faults/campaign.hpp"
#include "scenarios/untimed.hpp"
#include "sim/explore/strategy.hpp"

/// Seeds of a scenario as strategies play them.
namespace squall::scenarios {

/// What a campaign plays: every seed alike, or each with a strategy that is drawn from the seed.
struct StrategyChoice {
  bool portfolio = false;                 ///< of timed runs, pct:1 to pct:3, walk and pos
  std::optional<sim::Strategy> strategy;  ///< nothing: timed, by latencies as the file has them
  sim::Timers timers = sim::Timers::any;  ///< of untimed runs
  std::uint32_t faults = 0;               ///< the same: at most so many strike

  bool timed() const { return !portfolio && !strategy; }
  /// What plays this seed. Nothing: timed.
  std::optional<sim::Strategy> of(std::uint64_t seed) const;
  friend bool operator==(const StrategyChoice&, const StrategyChoice&) = default;
};

/// `random`, `pct:2`, `walk`, `pos`, `uniform`, `portfolio`.
std::string to_text(const StrategyChoice& choice);
std::optional<StrategyChoice> strategy_choice(std::string_view text);

/// Players of `scenario` by strategies, one for each thread. The scenario must outlive them. A run without a violation
/// allocates nothing once the largest has been seen. Untimed runs say nothing of lines of faults, and end undecided at
/// 100,000 steps.
faults::MakePlayer strategy_players_of(const Scenario& scenario, const StrategyChoice& choice);

/// The decisions of an untimed run. Requires: the strategy that plays `seed` is one.
sim::Schedule schedule_of(const Scenario& scenario, const StrategyChoice& choice, std::uint64_t seed);

}  // namespace squall::scenarios
