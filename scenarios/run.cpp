// SPDX-License-Identifier: Apache-2.0
#include "scenarios/run.hpp"

#include <stdexcept>
#include <utility>

#include "faults/recorder.hpp"
#include "scenarios/mistakes.hpp"
#include "sim/digest.hpp"
#include "sim/invariants/catalogue.hpp"

namespace squall::scenarios {
namespace {

void note(Outcome& outcome, const sim::World& world, const sim::Model& model, sim::Violations& found, sim::Halt halt) {
  outcome.violations = found.take();
  outcome.undecided = found.undecided();
  outcome.came_true = found.came_true();
  outcome.halt = halt;
  outcome.digest = sim::digest(world, model);
  outcome.events = world.clock().events;
  outcome.virtual_time = world.clock().now.time_since_epoch();
}

Recording record_with(const sim::Model& model, sim::Seed seed, const faults::Armed* armed) {
  Recording recording{.outcome = {},
                      .trace = sim::Trace{},
                      .injected = {},
                      .instants = {},
                      .struck = {},
                      .world = {model, sim::Half::state_and_shadow}};
  sim::Named named{seed};
  sim::Violations violations;
  sim::Run run{.model = model, .decide = named, .key = named.run()};
  std::unique_ptr<faults::Recorder> recorder;
  if (armed != nullptr) {
    recorder = std::make_unique<faults::Recorder>(model, *armed);
    run.faults = recorder.get();
  }
  run.sink = &recording.trace;
  run.violations = &violations;
  begin(recording.world, run);
  const sim::Halt halt = run_timed(recording.world, run);
  note(recording.outcome, recording.world, model, violations, halt);
  if (recorder) {
    recording.injected = recorder->plan();
    recording.instants = recorder->instants();
    recording.struck = armed->struck(recording.world);
  }
  return recording;
}

}  // namespace

Scenario scenario(Workflow workflow, faults::Profile faults, std::string about) {
  if (!workflow.judged()) workflow.check_defaults();
  Built built = workflow.build();
  if (built.errors.empty()) built.errors = mistakes(workflow);
  if (!built.errors.empty()) throw std::invalid_argument(built.text());
  built.model->fault_shadow = faults::Armed::shadow_bytes({}, faults.lines);
  return {.about = std::move(about),
          .model = std::move(*built.model),
          .faults = std::move(faults),
          .plan = {},
          .sometimes = sometimes_of(workflow),
          .pinned = {}};
}

std::vector<std::string> undrawn(const Scenario& scenario, const sim::World& world) {
  std::vector<std::string> names;
  for (std::size_t p = 0; p < scenario.pinned.size(); ++p) {
    if (sim::drawn_at(world, scenario.model, p) < scenario.model.pins[p].nth) names.push_back(scenario.pinned[p]);
  }
  return names;
}

std::vector<std::string> sometimes_of(const Workflow& workflow) {
  std::vector<std::string> names;
  for (const Claim& claim : workflow.claims()) {
    if (claim.kind == Claim::Kind::sometimes)
      names.push_back(claim.name.empty() ? std::string{keyword(claim.kind)} : claim.name);
  }
  return names;
}

std::unique_ptr<faults::Armed> armed_for(const Scenario& scenario) {
  if (scenario.faults.lines.empty() && scenario.plan.lines.empty()) return nullptr;
  return std::make_unique<faults::Armed>(scenario.model, scenario.plan, scenario.faults);
}

Runner::Runner(const Scenario& scenario)
    : scenario_(scenario),
      armed_(armed_for(scenario)),
      fresh_(scenario.model, sim::Half::state_and_shadow),
      world_(fresh_) {
  violations_.wants_reasons = false;
}

const Outcome& Runner::run(sim::Seed seed) {
  world_ = fresh_;
  violations_.reset();
  sim::Named named{seed};
  sim::Run run{.model = scenario_.model, .decide = named, .key = named.run(), .faults = armed_.get()};
  run.sink = sink_;
  run.violations = &violations_;
  run.seen.swap(seen_);  // keeps its memory from run to run
  begin(world_, run);
  const sim::Halt halt = run_timed(world_, run);
  note(outcome_, world_, scenario_.model, violations_, halt);
  run.seen.swap(seen_);
  return outcome_;
}

std::vector<std::uint32_t> Runner::struck() const {
  return armed_ ? armed_->struck(world_) : std::vector<std::uint32_t>{};
}

std::span<const std::uint32_t> Runner::struck_in_place() const {
  return armed_ ? armed_->struck_in(world_) : std::span<const std::uint32_t>{};
}

Recording record(const Scenario& scenario, sim::Seed seed) {
  const auto armed = armed_for(scenario);
  return record_with(scenario.model, seed, armed.get());
}

Recording replay(const Scenario& scenario, sim::Seed seed, const faults::Plan& plan) {
  sim::Model model = scenario.model;  // its worlds need room for the plan's counts instead of the profile's
  model.fault_shadow = faults::Armed::shadow_bytes(plan.lines, {});
  const faults::Armed armed{model, plan};
  return record_with(model, seed, plan.lines.empty() ? nullptr : &armed);
}

}  // namespace squall::scenarios
