// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/strike.hpp"

namespace squall::faults {

/// Faults around other faults: asks them whatever is not asked otherwise. What wraps them sees strikes and moves, and leaves
/// the rest as it is. It offers no odds of sends, so it is asked at each.
class PassingOn : public sim::Interposer {
 public:
  explicit PassingOn(const sim::Interposer& faults) : inner_(faults) {}
  /// Never copied: a copy would go past whom it was made for. Who wraps another of this kind hands it over as an interposer.
  PassingOn(const PassingOn&) = delete;
  PassingOn& operator=(const PassingOn&) = delete;

  std::uint32_t armed() const override { return inner_.armed(); }
  void begin(sim::World& world, sim::Run& run) const override { inner_.begin(world, run); }
  sim::Instant paused_until(const sim::World& world, sim::AgentId agent) const override {
    return inner_.paused_until(world, agent);
  }
  sim::Duration paced(const sim::World& world, sim::AgentId agent, sim::Duration work) const override {
    return inner_.paced(world, agent, work);
  }
  bool takes_no_more(const sim::World& world, sim::AgentId agent) const override {
    return inner_.takes_no_more(world, agent);
  }

 private:
  const sim::Interposer& inner_;
};

}  // namespace squall::faults
