// SPDX-License-Identifier: Apache-2.0
#include "scenarios/strategies.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "scenarios/player.hpp"
#include "sim/digest.hpp"
#include "sim/explore/strategy_run.hpp"

namespace squall::scenarios {
namespace {

using Kind = sim::Strategy::Kind;

constexpr std::uint64_t steps_max = 100'000;
constexpr std::uint64_t forecast_steps_max = 2'000;

/// What is played untimed, and how: made once, and shared by all players.
struct Untimed {
  Untimed(const Scenario& of, const StrategyChoice& choice)
      : scenario(of),
        may_strike(armed(of)),
        exploration(exploration_of(of, may_strike, choice.timers, choice.faults)),
        known(forecast(exploration, forecast_steps_max)) {}
  Untimed(const Untimed&) = delete;
  Untimed& operator=(const Untimed&) = delete;

  const Scenario& scenario;
  const faults::Armed may_strike;
  const sim::Exploration exploration;
  const sim::Forecast known;
};

/// Members of the portfolio, besides the timed one.
constexpr std::array portfolio_members{sim::Strategy{Kind::pct, 1}, sim::Strategy{Kind::pct, 2},
                                       sim::Strategy{Kind::pct, 3}, sim::Strategy{Kind::walk},
                                       sim::Strategy{Kind::pos}};

class StrategyPlayer final : public faults::Player {
 public:
  StrategyPlayer(std::shared_ptr<const Untimed> untimed, const StrategyChoice& choice)
      : untimed_(std::move(untimed)),
        choice_(choice),
        timed_(choice.portfolio ? player_of(untimed_->scenario) : nullptr),
        content_(untimed_->scenario.model),
        steps_(untimed_->scenario.model),
        came_true_(untimed_->scenario.sometimes.size()) {
    violations_.wants_reasons = false;
  }

  faults::Played play(std::uint64_t seed) override {
    const auto strategy = choice_.of(seed);
    return strategy ? untimed(*strategy, seed) : timed_->play(seed);
  }

 private:
  faults::Played untimed(sim::Strategy strategy, std::uint64_t seed) {
    steps_.clear();
    violations_.reset();
    sim::StrategyRun& run = run_of(strategy);
    const sim::StrategyResult result = run.run(sim::Seed{seed}, steps_max, &violations_);
    std::uint64_t digest = result.steps;
    for (const sim::SiteKey task : run.tasks()) digest = sim::chained(digest, task);
    found_ = violations_.take();
    for (std::size_t c = 0; c < came_true_.size(); ++c)
      came_true_[c] = violations_.has_come_true(untimed_->scenario.sometimes[c]) ? 1 : 0;
    return {.digest = sim::chained(digest, content_.hash(run.world())),
            .events = result.steps,
            .undecided = !result.violated && (!result.ended || !violations_.undecided().empty()),
            .violations = found_,
            .struck = {},
            .came_true = came_true_,
            .ran = steps_.ran()};
  }

  sim::StrategyRun& run_of(sim::Strategy strategy) {
    for (auto& [known, run] : runs_) {
      if (known == strategy) return *run;
    }
    auto run = std::make_unique<sim::StrategyRun>(untimed_->exploration, strategy, untimed_->known);
    run->watch(&steps_);
    return *runs_.emplace_back(strategy, std::move(run)).second;
  }

  std::shared_ptr<const Untimed> untimed_;
  StrategyChoice choice_;
  std::unique_ptr<faults::Player> timed_;
  sim::Content content_;
  StepsRan steps_;
  std::vector<std::uint8_t> came_true_;
  sim::Violations violations_;
  std::vector<sim::Violation> found_;
  std::vector<std::pair<sim::Strategy, std::unique_ptr<sim::StrategyRun>>> runs_;
};

}  // namespace

std::optional<sim::Strategy> StrategyChoice::of(std::uint64_t seed) const {
  if (!portfolio) return strategy;
  const std::uint64_t base = sim::draw_base(sim::run_key(sim::Seed{seed}), sim::site_key("portfolio"), 0, 0);
  const std::uint32_t member = sim::below(sim::draw_value(base, sim::purpose("member")), portfolio_members.size() + 1);
  return member == portfolio_members.size() ? std::nullopt : std::optional{portfolio_members[member]};
}

std::string to_text(const StrategyChoice& choice) {
  if (choice.portfolio) return "portfolio";
  return choice.strategy ? sim::to_text(*choice.strategy) : "random";
}

std::optional<StrategyChoice> strategy_choice(std::string_view text) {
  StrategyChoice choice;
  choice.portfolio = text == "portfolio";
  if (choice.portfolio || text == "random") return choice;
  choice.strategy = sim::strategy_named(text);
  return choice.strategy ? std::optional{choice} : std::nullopt;
}

faults::MakePlayer strategy_players_of(const Scenario& scenario, const StrategyChoice& choice) {
  if (choice.timed()) return players_of(scenario);
  auto untimed = std::make_shared<const Untimed>(scenario, choice);
  return [untimed, choice]() -> std::unique_ptr<faults::Player> {
    return std::make_unique<StrategyPlayer>(untimed, choice);
  };
}

sim::Schedule schedule_of(const Scenario& scenario, const StrategyChoice& choice, std::uint64_t seed) {
  const Untimed untimed{scenario, choice};
  sim::StrategyRun run{untimed.exploration, *choice.of(seed), untimed.known};
  sim::Violations violations;
  std::vector<std::uint32_t> begin;
  std::vector<sim::Step> path;
  run.record(sim::Seed{seed}, steps_max, &violations, begin, path);
  return sim::schedule_of(untimed.exploration, begin, path);
}

}  // namespace squall::scenarios
