// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "faults/arm.hpp"
#include "faults/recorder.hpp"
#include "tests/scenarios/play.hpp"

/// Small workflows under faults: what they say, what struck them, and the laws that hold of every fault.
namespace squall::shop {

using namespace scenarios;
using namespace sim::literals;
using faults::Fault;
using faults::Line;
using faults::Plan;
using faults::Profile;

inline Time ms_of(int n) { return Time{sim::Duration{n * 1'000'000}}; }
inline sim::Distribution fixed(sim::Duration time) { return sim::Distribution::constant(time); }
inline faults::Trigger at(sim::Duration time) { return {.at = sim::start_of_time + time}; }

struct Told {
  Lines lines;  ///< with the milliseconds at which they were said
  std::uint64_t digest = 0;
  Plan plan;                          ///< all that took effect
  std::vector<std::uint32_t> struck;  ///< by line
  std::vector<std::size_t> unstruck;  ///< lines of the plan

  std::vector<std::string> plan_lines() const {
    std::vector<std::string> texts;
    for (const Line& line : plan.lines) texts.push_back(faults::to_text(line));
    return texts;
  }
};

/// One run, audited after each event, copied in the middle: original and copy must end alike.
template <class Faults>
Told played(const Workflow& workflow, const Faults& faults, std::uint64_t seed) {
  Built built = workflow.build();
  REQUIRE_MESSAGE(built.model.has_value(), built.text());
  sim::Model& model = *built.model;
  model.fault_shadow = faults::Armed::shadow_bytes(faults.lines.size());
  const faults::Armed armed(model, faults);
  const faults::Recorder recorder(model, armed);
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{seed}};
  Notes notes;
  notes.with_times = true;
  sim::Run run{.model = model, .decide = named, .key = named.run(), .faults = &recorder};
  run.sink = &notes;
  sim::begin(world, run);
  std::vector<sim::World> copies;
  std::vector<std::string> wrong;
  while (wrong.empty() && world.clock().events < 5'000) {
    if (world.clock().events % 7 == 5 && copies.size() < 20) copies.push_back(world);
    if (!sim::step(world, run)) break;
    wrong = sim::audit(world, model);
  }
  CHECK(wrong == std::vector<std::string>{});
  const std::uint64_t digest = sim::digest(world, model);
  for (sim::World& copy : copies) {
    sim::Run again{.model = model, .decide = named, .key = named.run(), .faults = &armed};
    while (copy.clock().events < 5'000 && sim::step(copy, again)) {}
    CHECK(sim::digest(copy, model) == digest);
  }
  return {notes.lines, digest, recorder.plan(), armed.struck(world), armed.unstruck(world)};
}

/// Under a profile; its plan replays to the same digest, and every line of it strikes.
inline Told under(const Workflow& workflow, const Profile& profile, std::uint64_t seed = 1) {
  Told told = played(workflow, profile, seed);
  const Told replay = played(workflow, told.plan, seed);
  CHECK(replay.digest == told.digest);
  CHECK(replay.lines == told.lines);
  CHECK(replay.unstruck.empty());
  CHECK(replay.plan == told.plan);
  return told;
}
inline Told under(const Workflow& workflow, const Plan& plan, std::uint64_t seed = 1) {
  return played(workflow, plan, seed);
}
inline Told under(const Workflow& workflow, const Fault& fault, const faults::Matcher& matcher = {},
                  const faults::Trigger& trigger = {}) {
  return under(workflow, Profile{.lines = {{fault, matcher, trigger}}});
}
inline Lines said(const Workflow& workflow) { return played(workflow, Plan{}, 1).lines; }

/// At 0 % nothing is different.
inline void check_never(const Workflow& workflow, const Fault& fault) {
  const Told none = under(workflow, fault, {}, {.chance = 0_percent});
  CHECK(none.plan.lines.empty());
  CHECK(none.digest == played(workflow, Plan{}, 1).digest);
}
/// A second fault, of another kind, moves none of its dice: it strikes the same places.
inline void check_alone(const Workflow& workflow, const Line& line, const Line& other) {
  const auto of_kind = [&](const Told& told) {
    std::vector<std::string> texts;
    for (const Line& each : told.plan.lines) {
      if (each.fault.index() == line.fault.index()) texts.push_back(faults::to_text(each));
    }
    return texts;
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Told alone = under(workflow, Profile{.lines = {line}}, seed);
    const Told both = under(workflow, Profile{.lines = {other, line}}, seed);
    CHECK(of_kind(both) == of_kind(alone));
  }
}

}  // namespace squall::shop
