// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "faults/campaign.hpp"
#include "scenarios/run.hpp"

/// A scenario as a campaign plays it.
namespace squall::scenarios {

/// What a campaign over a scenario counts, by the positions that its tallies use.
struct Counted {
  std::vector<std::string> lines;   ///< those of the plan, then those of the faults, as a file writes them
  std::vector<std::string> claims;  ///< `sometimes`
  std::vector<std::string> steps;   ///< site names of the steps that are shared with the world
};
Counted counted_of(const Scenario& scenario);

/// Where an agent's shared steps lie in the list of all.
class StepNumbers {
 public:
  explicit StepNumbers(const sim::Model& model);
  static constexpr std::uint32_t none = 0xffff'ffffU;
  /// Position of the step at `pc` of a definition's program; `none` for what is no step of its own.
  std::uint32_t at(std::uint32_t definition, std::uint32_t pc) const {
    return pc < places_[definition].size() ? places_[definition][pc] : none;
  }
  std::size_t count() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::vector<std::uint32_t>> places_;
  std::vector<std::string> names_;
};

/// Marks the steps that begin. For one thread.
class StepsRan final : public sim::Sink {
 public:
  explicit StepsRan(const sim::Model& model);
  sim::SeenMask listens() const override { return bit(sim::Seen::began); }
  void on(const sim::Model&, const sim::World& world, const sim::Observation& seen) override;
  void clear();
  /// Of each step: 1 where it has begun since the last `clear`.
  std::span<const std::uint8_t> ran() const { return ran_; }

 private:
  StepNumbers places_;
  std::vector<std::uint8_t> ran_;
};

/// Makes a player of `scenario` for one thread. The scenario must outlive it. A run allocates nothing, once the largest has
/// been seen, but for what is violated.
std::unique_ptr<faults::Player> player_of(const Scenario& scenario);

/// The same as something that makes one for each thread.
faults::MakePlayer players_of(const Scenario& scenario);

}  // namespace squall::scenarios
