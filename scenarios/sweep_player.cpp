// SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep_player.hpp"

#include <optional>

#include "sim/digest.hpp"

namespace squall::scenarios {
namespace {

constexpr std::size_t lines_max = 2;

sim::Model with_room(sim::Model model) {
  model.fault_shadow = faults::Armed::shadow_bytes(lines_max);
  return model;
}

std::uint32_t strike_bit(const faults::Armed& kind) {
  const faults::Fault& fault = kind.lines().front().fault;
  // A checkpoint is struck where it is saved or where a restart goes on from it: two places.
  const bool resumes = faults::operations_of(fault) == 1U << static_cast<unsigned>(sim::Operation::resume);
  return static_cast<std::uint32_t>(resumes ? sim::Strike::resume : faults::strike_of(faults::strikes_of(fault)));
}

/// Lets `plan` strike, and asks of each place which of the kinds could.
class Census final : public sim::Interposer {
 public:
  struct Found {
    faults::Line line;
    Lineage::Mark mark;
  };

  Census(const sim::Model& model, const faults::Armed* plan, std::span<const std::unique_ptr<faults::Armed>> kinds,
         Lineage& lineage)
      : plan_(plan), lineage_(lineage), armed_(plan == nullptr ? 0 : plan->armed()) {
    for (const auto& kind : kinds) {
      // One recorder for each: of kinds that are asked together, a loss would hide the others.
      looks_.push_back(
          {strike_bit(*kind), std::make_unique<faults::Recorder>(model, *kind, faults::Recorder::Mode::looks)});
      armed_ |= looks_.back().strike;
    }
  }

  std::vector<Found> take() { return std::move(found_); }

  std::uint32_t armed() const override { return armed_; }
  void begin(sim::World& world, sim::Run& run) const override {
    if (plan_ != nullptr) plan_->begin(world, run);
  }
  sim::Verdict strike(sim::World& world, sim::Run& run, const sim::Target& target) const override {
    const Lineage::Mark mark = lineage_.mark(target);
    for (const Look& look : looks_) {
      if (look.strike != static_cast<std::uint32_t>(target.strike)) continue;
      const std::vector<faults::Line>& lines = look.recorder->plan().lines;
      const std::size_t known = lines.size();
      look.recorder->strike(world, run, target);
      for (std::size_t l = known; l < lines.size(); ++l) found_.push_back({lines[l], mark});
    }
    return plan_ == nullptr ? sim::Verdict{} : plan_->strike(world, run, target);
  }
  std::uint64_t play(sim::World& world, sim::Run& run, const sim::Move& move) const override {
    return plan_ == nullptr ? 0 : plan_->play(world, run, move);
  }
  sim::Instant paused_until(const sim::World& world, sim::AgentId agent) const override {
    return plan_ == nullptr ? sim::start_of_time : plan_->paused_until(world, agent);
  }
  sim::Duration paced(const sim::World& world, sim::AgentId agent, sim::Duration work) const override {
    return plan_ == nullptr ? work : plan_->paced(world, agent, work);
  }
  bool takes_no_more(const sim::World& world, sim::AgentId agent) const override {
    return plan_ != nullptr && plan_->takes_no_more(world, agent);
  }

 private:
  struct Look {
    std::uint32_t strike;
    std::unique_ptr<faults::Recorder> recorder;
  };
  const faults::Armed* plan_;
  Lineage& lineage_;
  std::uint32_t armed_;
  std::vector<Look> looks_;
  mutable std::vector<Found> found_;  // `sim` holds its faults as constant: what is written about them grows
};

}  // namespace

SweepPlayer::SweepPlayer(const Scenario& scenario, std::span<const faults::Line> kinds)
    : model_(with_room(scenario.model)), fresh_(model_, sim::Half::state_and_shadow), world_(fresh_) {
  for (const faults::Line& line : kinds)
    kinds_.push_back(std::make_unique<faults::Armed>(model_, faults::Profile{.lines = {line}, .swarm = false}));
}

PlayedPlan SweepPlayer::play(sim::Seed seed, const faults::Plan& plan, bool find_places) {
  world_ = fresh_;
  violations_.reset();
  std::optional<faults::Armed> armed;
  if (!plan.lines.empty()) armed.emplace(model_, plan);
  const faults::Armed* strikes = armed ? &*armed : nullptr;
  Lineage lineage;
  std::optional<Census> census;
  if (find_places) census.emplace(model_, strikes, kinds_, lineage);

  sim::Named named{seed};
  sim::Run run{.model = model_, .decide = named, .key = named.run(), .faults = strikes};
  if (census) {
    run.faults = &*census;
    run.sink = &lineage;
  }
  run.violations = &violations_;
  run.seen.swap(seen_);
  begin(world_, run);
  const sim::Halt halt = run_timed(world_, run);
  run.seen.swap(seen_);

  PlayedPlan played{.outcome = {.halt = halt,
                                .digest = sim::digest(world_, model_),
                                .events = world_.clock().events,
                                .virtual_time = world_.clock().now.time_since_epoch(),
                                .violations = violations_.take(),
                                .undecided = violations_.undecided(),
                                .came_true = violations_.came_true()},
                    .all_struck = strikes == nullptr || strikes->unstruck(world_).empty(),
                    .places = {}};
  if (census) {
    played.has_outcome = lineage.has_outcome();
    const std::vector<bool> supports = lineage.supports();
    for (Census::Found& found : census->take()) played.places.push_back({std::move(found.line), supports[found.mark]});
  }
  return played;
}

}  // namespace squall::scenarios
