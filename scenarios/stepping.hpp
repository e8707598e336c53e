// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "scenarios/run.hpp"

namespace squall::scenarios {

/// One timed run, event by event: whoever wants to look at the world between two of them. The events are those of
/// `Runner::run` with that seed. Refers to the scenario and to the sink.
class Stepping {
 public:
  /// Shows the run to `sink`, which changes nothing; null: to nobody. Throws std::invalid_argument where the scenario's
  /// faults do not fit its workflow.
  Stepping(const Scenario& scenario, sim::Seed seed, sim::Sink* sink = nullptr);

  /// Applies the next event. False where nothing is pending any more.
  bool step() { return sim::step(world_, run_); }
  const sim::World& world() const { return world_; }

 private:
  std::unique_ptr<faults::Armed> armed_;
  sim::World world_;
  sim::Named named_;
  sim::Violations violations_;
  sim::Run run_;
};

}  // namespace squall::scenarios
