// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/attempt.hpp"

#include <algorithm>
#include <filesystem>

#include "faults/recorder.hpp"
#include "faults/signature.hpp"
#include "sim/timed_until.hpp"
#include "sim/world.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string Attempts::case_path() const {
  const fs::path path{path_};
  return (path.parent_path() / (path.stem().string() + ".case.yaml")).string();
}

Attempts::First Attempts::first() const {
  const Scenario& scenario = *workflow_.scenario;
  const auto armed = armed_for(scenario);
  std::optional<faults::Recorder> recorder;
  if (armed) recorder.emplace(scenario.model, *armed);
  sim::World world{scenario.model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{seed_}};
  sim::Violations violations;
  sim::Run run{.model = scenario.model, .decide = named, .key = named.run()};
  if (recorder) run.faults = &*recorder;
  run.violations = &violations;
  begin(world, run);
  run_timed(world, run);
  First first{.violations = violations.take(), .injected = {}, .instants = {}};
  if (recorder) {
    first.injected = recorder->plan();
    first.instants = recorder->instants();
  }
  return first;
}

const Scenario* Attempts::scenario_of(const Attempt& attempt) {
  if (attempt.change.empty() && attempt.set.empty()) return &*workflow_.scenario;
  if (!built_from_ || attempt.change != built_from_->change || attempt.set != built_from_->set) {
    built_from_ = Attempt{attempt.change, {}, attempt.set};
    CaseFile file{.extends = fs::path{path_}.filename().string(), .seed = seed_, .change = attempt.change};
    file.set = attempt.set;
    built_ = load(case_path(), {.root = {}, .plan = {}, .text = to_text(file)});
  }
  return built_.ok() ? &*built_.scenario : nullptr;
}

bool Attempts::shows(const Attempt& attempt, std::uint64_t signature, bool all_strike) {
  const Scenario* scenario = scenario_of(attempt);
  if (scenario == nullptr || !check(scenario->model, attempt.plan).empty()) return false;
  sim::Model model = scenario->model;  // its worlds need room for the plan's counts instead of the profile's
  model.fault_shadow = faults::Armed::shadow_bytes(attempt.plan.lines, {});
  const faults::Armed armed{model, attempt.plan};
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{seed_}};
  sim::Violations violations;
  violations.wants_reasons = false;
  sim::Run run{.model = model, .decide = named, .key = named.run()};
  if (!attempt.plan.lines.empty()) run.faults = &armed;
  run.violations = &violations;
  const auto shown = [signature](const sim::Violations& found) {
    return std::ranges::any_of(found.list(),
                               [&](const sim::Violation& each) { return faults::signature(each) == signature; });
  };
  begin(world, run);
  if (run_timed_until(world, run, shown) && !shown(violations)) return false;
  return !all_strike || std::ranges::none_of(armed.struck(world), [](std::uint32_t times) { return times == 0; });
}

Outcome Attempts::outcome_of(const Attempt& attempt) {
  Scenario scenario = *scenario_of(attempt);
  scenario.plan = attempt.plan;
  scenario.faults.lines.clear();
  scenario.model.fault_shadow = faults::Armed::shadow_bytes(attempt.plan.lines, {});
  Runner runner{scenario};
  return runner.run(sim::Seed{seed_});
}

}  // namespace squall::scenarios
