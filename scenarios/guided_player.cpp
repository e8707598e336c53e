// SPDX-License-Identifier: Apache-2.0
#include "scenarios/guided_player.hpp"

#include <algorithm>
#include <optional>

#include "scenarios/judgement.hpp"
#include "scenarios/player.hpp"
#include "sim/digest.hpp"

namespace squall::scenarios {
namespace {

/// Shows a run to two sinks.
class Both final : public sim::Sink {
 public:
  Both(sim::Sink& one, sim::Sink& other) : one_(one), other_(other) {}
  sim::SeenMask listens() const override { return one_.listens() | other_.listens(); }
  void on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) override {
    if ((one_.listens() & bit(seen.kind)) != 0) one_.on(model, world, seen);
    if ((other_.listens() & bit(seen.kind)) != 0) other_.on(model, world, seen);
  }

 private:
  sim::Sink& one_;
  sim::Sink& other_;
};

class CoveringPlayer final : public faults::GuidedPlayer {
 public:
  explicit CoveringPlayer(const Scenario& scenario)
      : scenario_(scenario),
        model_(scenario.model),
        own_(with_room_for(scenario.plan, scenario.faults), scenario.plan, scenario.faults),
        fresh_(model_, sim::Half::state_and_shadow),
        world_(fresh_),
        steps_(scenario.model),
        came_true_(scenario.sometimes.size()) {
    violations_.wants_reasons = false;
  }

  bool play(const faults::Candidate& candidate, faults::Covered& into) override {
    if (!candidate.mutant) {
      with_room_for(scenario_.plan, scenario_.faults);
      world_ = fresh_;
      play(candidate, own_, world_, into);
      return true;
    }
    if (!check(model_, candidate.plan).empty()) return false;
    const faults::Armed armed{with_room_for(candidate.plan, {}), candidate.plan};
    sim::World world{model_, sim::Half::state_and_shadow};
    play(candidate, armed, world, into);
    return true;
  }

 private:
  const sim::Model& with_room_for(const faults::Plan& plan, const faults::Profile& profile) {
    model_.fault_shadow = faults::Armed::shadow_bytes(plan.lines, profile.lines);
    return model_;
  }

  void play(const faults::Candidate& candidate, const faults::Armed& armed, sim::World& world, faults::Covered& into) {
    const faults::Recorder recorder{model_, armed};
    const faults::CoveredFaults covered{model_, recorder, coverage_};
    sim::Named named{sim::Seed{candidate.seed}};
    sim::Run run{.model = model_, .decide = named, .key = named.run(), .faults = &covered};
    coverage_.begin();
    steps_.clear();
    violations_.reset();
    Both both{coverage_, steps_};
    run.sink = &both;
    run.violations = &violations_;
    begin(world, run);
    const sim::Halt halt = run_timed(world, run);
    for (std::size_t c = 0; c < came_true_.size(); ++c)
      came_true_[c] = violations_.has_come_true(scenario_.sometimes[c]) ? 1 : 0;
    // A mutant's lines are its own: they are no lines of the file.
    struck_ = candidate.mutant ? std::vector<std::uint32_t>{} : armed.struck(world);
    into.played = {.digest = sim::digest(world, model_),
                   .events = world.clock().events,
                   .undecided = violations_.empty() && (halt != sim::Halt::idle || !violations_.undecided().empty()),
                   .violations = violations_.list(),
                   .struck = struck_,
                   .came_true = came_true_,
                   .ran = steps_.ran(),
                   .virtual_ns = world.clock().now.time_since_epoch().count()};
    const auto features = coverage_.finish(model_, world);
    into.features.assign(features.begin(), features.end());
    into.injected = recorder.plan();
  }

  const Scenario& scenario_;
  sim::Model model_;          ///< with room for the lines of the candidate in hand
  faults::Armed own_;         ///< what the scenario says, for candidates that are no mutants;
  sim::World fresh_, world_;  ///< and their worlds
  faults::Coverage coverage_;
  StepsRan steps_;
  sim::Violations violations_;
  std::vector<std::uint8_t> came_true_;
  std::vector<std::uint32_t> struck_;
};

}  // namespace

faults::MakeGuidedPlayer guided_players_of(const Scenario& scenario) {
  return [&scenario] { return std::make_unique<CoveringPlayer>(scenario); };
}

}  // namespace squall::scenarios
