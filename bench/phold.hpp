// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/models/phold.hpp"
#include "sim/digest.hpp"
#include "sim/timed.hpp"

namespace squall::bench {

/// One world of `scenarios::phold`, stepped event by event.
class Phold {
 public:
  explicit Phold(std::uint32_t agents)
      : model_(scenarios::phold(agents)), world_(model_, sim::Half::state_and_shadow), named_(sim::Seed{7}) {
    sim::begin(world_, run_);
  }
  void step() { sim::step(world_, run_); }
  const sim::World& world() const { return world_; }
  std::uint64_t digest() const { return sim::digest(world_, model_); }

 private:
  sim::Model model_;
  sim::World world_;
  sim::Named named_;
  sim::Run run_{.model = model_, .decide = named_, .key = named_.run()};
};

}  // namespace squall::bench
