// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "faults/arm.hpp"
#include "faults/passing_on.hpp"

namespace squall::faults {

/// Faults with a pen: passes every question on to `faults` and writes down, as a line of a plan, each injection that took
/// effect. The plan replays to the same digest.
///
/// Matches are counted for each link (sender, receiver, topic), agent, and agent with tool, key or resource; under load for
/// each instance as well; outside the world. That costs a lookup per send or step, so it is for the re-run of a seed worth
/// looking at: determinism is the recorder. One recorder serves one timed run, from its beginning.
///
/// One that only looks lets everything pass: it writes down what would have taken effect, each time as if nothing had
/// before. Each of these lines alone, as a plan, strikes there in a run that is the same so far. It copies the world for each
/// question, and speaks of matches: what has a time of its own it does not see.
class Recorder final : public PassingOn {
 public:
  enum class Mode : std::uint8_t { strikes, looks };
  Recorder(const sim::Model& model, const Armed& faults, Mode mode = Mode::strikes)
      : PassingOn(faults), model_(model), faults_(faults), mode_(mode) {}

  /// What has taken effect so far, in the order in which it did.
  const Plan& plan() const { return plan_; }
  /// When each of its lines did.
  const std::vector<sim::Instant>& instants() const { return instants_; }

  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&) const override;
  std::uint64_t play(sim::World&, sim::Run&, const sim::Move&) const override;

 private:
  struct Place {
    sim::Strike strike;
    sim::Operation operation;
    std::uint32_t from, to, what, instance;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  /// The number of what has just been matched, as a line of this kind counts it.
  std::uint32_t nth_of(Place place, const Fault& fault) const;
  /// Strikes the world, or a copy of it.
  sim::Verdict asked(sim::World&, sim::Run&, const sim::Target&) const;

  const sim::Model& model_;
  const Armed& faults_;
  const Mode mode_;
  mutable std::optional<sim::World> copy_;
  // `sim` holds its faults as constant: what they do is. What is written about them changes with each injection.
  mutable Plan plan_;
  mutable std::vector<sim::Instant> instants_;
  mutable std::map<Place, std::uint32_t> matches_;
  mutable std::vector<Injection> injected_;
};

}  // namespace squall::faults
