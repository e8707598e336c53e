// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/explore/chooser.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"

namespace squall::sim {

/// What a strategy run leaves behind.
struct StrategyResult {
  std::uint64_t steps = 0;
  bool ended = false;     ///< nothing can happen any more; else `steps_max` was reached, or something is violated
  bool violated = false;  ///< the run ended there: as in a search, what comes after is not looked at
};

/// Random paths through the untimed worlds of a model, one for each seed: a strategy chooses the events, and each answer
/// that they ask for is drawn by its weights. A function of the seed alone, whatever was run before. Reuse one for many
/// runs: it does not allocate once its worlds have grown, but for paths and violations.
class StrategyRun {
 public:
  /// `forecast` (of the same exploration) must outlive it.
  StrategyRun(const Exploration& exploration, Strategy strategy, const Forecast& forecast);
  StrategyRun(const StrategyRun&) = delete;
  StrategyRun& operator=(const StrategyRun&) = delete;

  /// Runs from an initial state. `violations` (may be null) collects what monitors find, at the end too where it ended.
  StrategyResult run(Seed seed, std::uint64_t steps_max, Violations* violations = nullptr);
  /// The same, and writes down how: `path` takes the events with their names, `begin` the answers at the beginning.
  StrategyResult record(Seed seed, std::uint64_t steps_max, Violations* violations, std::vector<std::uint32_t>& begin,
                        std::vector<Step>& path);
  /// Shows later runs to `sink`, which changes none of them; null: to nobody.
  void watch(Sink* sink) { run_.sink = sink; }
  /// Where the last run came to.
  const World& world() const { return world_; }
  /// Tasks of the events of the last run, in order. For forecasts.
  const std::vector<SiteKey>& tasks() const { return chosen_; }

 private:
  /// Draws named by what they are for and how many there were.
  class Drawn final : public Decider {
   public:
    void begin(Seed seed) {
      run_ = run_key(seed);
      occurrence_ = 0;
      given_.clear();
    }
    std::uint64_t key() const { return run_; }
    std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t* weights) override;
    /// What was answered since the last call.
    std::vector<std::uint32_t> given() { return std::exchange(given_, {}); }
    bool keeps = false;  ///< the answers

   private:
    std::uint64_t run_ = 0;
    std::uint32_t occurrence_ = 0;
    std::vector<std::uint32_t> given_;
  };

  StrategyResult go(Seed seed, std::uint64_t steps_max, Violations* violations, std::vector<Step>* path);

  Exploration exploration_;
  World initial_;  ///< before `begin`
  World world_;
  Drawn drawn_;
  Run run_;
  Enabled enabled_;
  Tasks tasks_;
  std::unique_ptr<Chooser> chooser_;
  std::vector<Choice> choices_;
  std::vector<SiteKey> chosen_;
  std::vector<std::uint32_t> begin_;
};

/// What 32 uniform runs of at most `steps_max` steps are like. A function of the exploration.
Forecast forecast(const Exploration& exploration, std::uint64_t steps_max);

}  // namespace squall::sim
