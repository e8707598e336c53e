// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "faults/arm.hpp"
#include "faults/recorder.hpp"
#include "scenarios/run.hpp"
#include "scenarios/sweep_lineage.hpp"

namespace squall::scenarios {

/// A place where a fault can strike, as the line of a plan that strikes there and nowhere else.
struct StrikePlace {
  faults::Line line;
  bool supports;  ///< lies on the way to the outcome of its run: see `Lineage`
};

/// One run with a plan.
struct PlayedPlan {
  Outcome outcome;
  bool all_struck = true;           ///< every line took effect
  std::vector<StrikePlace> places;  ///< in their order; where they were asked for
  bool has_outcome = false;         ///< somebody reported or finished; where places were asked for
};

/// Plays the plans of a sweep over one seed, one after the other, and finds the places where more could strike. Keeps one
/// world and resets it by copying. For one thread; refers to the scenario, whose own faults and plan are off.
class SweepPlayer {
 public:
  /// `kinds`: what may strike, each line with its matcher and no trigger, as in a profile. Plans have at most two lines.
  /// Throws std::invalid_argument where a line does not fit the workflow.
  SweepPlayer(const Scenario& scenario, std::span<const faults::Line> kinds);
  SweepPlayer(const SweepPlayer&) = delete;
  SweepPlayer& operator=(const SweepPlayer&) = delete;

  /// The digest does not depend on `find_places`, which costs a copy of the world for each place.
  PlayedPlan play(sim::Seed seed, const faults::Plan& plan, bool find_places);

 private:
  sim::Model model_;  ///< with room for a plan's lines
  std::vector<std::unique_ptr<faults::Armed>> kinds_;
  sim::World fresh_, world_;
  sim::Violations violations_;
  std::vector<sim::Observation> seen_;
};

}  // namespace squall::scenarios
