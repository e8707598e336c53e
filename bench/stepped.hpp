// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>

#include "scenarios/workflow.hpp"
#include "sim/timed.hpp"

namespace squall::bench {

/// Limits that no run reaches.
inline sim::Limits no_limits() {
  sim::Limits limits;
  limits.events_per_instance = std::numeric_limits<std::uint64_t>::max();
  limits.virtual_time = sim::Duration::max() / 2;
  return limits;
}

/// One run of seed 7, judged by the model's monitors, stepped event by event, for ever if need be. Refers to the model.
class Stepped {
 public:
  explicit Stepped(const sim::Model& model)
      : model_(model), world_(model, sim::Half::state_and_shadow), named_(sim::Seed{7}) {
    sim::begin(world_, run_);
  }
  void steps(std::uint64_t events) {
    for (std::uint64_t e = 0; e < events; ++e) {
      if (!sim::step(world_, run_)) throw std::logic_error{"it was to run for ever"};
    }
  }
  const sim::World& world() const { return world_; }

 private:
  const sim::Model& model_;
  sim::World world_;
  sim::Named named_;
  sim::Violations violations_;
  sim::Run run_{.model = model_, .decide = named_, .key = named_.run(), .violations = &violations_};
};

}  // namespace squall::bench
