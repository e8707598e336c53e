// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include "faults/recorder.hpp"
#include "tests/effort.hpp"
#include "tests/laws/any_line.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/random_workflow.hpp"

/// The laws of a single run, under every kind of fault there is: random workflows, each run under another few of them.
namespace squall::laws {
namespace {

using namespace sim::literals;

constexpr std::uint64_t runs_each = 4;

struct Struck {
  std::uint64_t digest = 0, events = 0;
  faults::Plan plan;
  std::string trouble;  ///< first complaint of the audit, where it is asked
};

Struck struck(const sim::Model& model, const faults::Armed& armed, std::uint64_t seed, bool audit) {
  const faults::Recorder recorder(model, armed);
  Play play(model, seed, &recorder);
  Struck result;
  if (audit) result.trouble = audited(play.world, model);
  while (result.trouble.empty() && play.step()) {
    if (audit) result.trouble = audited(play.world, model);
  }
  result.digest = play.digest();
  result.events = play.world.clock().events;
  result.plan = recorder.plan();
  return result;
}

/// Of the copy that a run leaves behind after so many events, played to its end. Faults remember in the world alone.
std::uint64_t digest_of_copy(const sim::Model& model, const faults::Armed& armed, std::uint64_t seed,
                             std::uint64_t events) {
  Play play(model, seed, &armed);
  while (play.world.clock().events < events && play.step()) {}
  Play copy(model, seed, &armed, nullptr, play.world);
  play.finish();
  copy.finish();
  return copy.digest();
}

/// Swarm: about half of the lines exist in a run, some of them often.
faults::Profile profile_for(const sim::Model& model, std::uint64_t seed) {
  return {.lines = any_lines(model, 4_percent, 3, seed), .swarm = true};
}

}  // namespace

TEST_SUITE("laws under every kind of fault") {
  TEST_CASE("worlds stay sound, plans replay, dispatches agree, copies run on alike") {
    std::set<std::string_view> met;
    const std::uint64_t workflows = asked("SQUALL_WORKFLOWS", effort(150U));
    for (std::uint64_t number = 1; number <= workflows; ++number) {
      CAPTURE(number);
      const scenarios::Workflow workflow = random_workflow(number);
      sim::Model model = workflow.model(scenarios::Dispatch::by_goto);
      sim::Model by_switch = workflow.model(scenarios::Dispatch::by_switch);
      model.fault_shadow = by_switch.fault_shadow = faults::Armed::shadow_bytes(plan_lines_max);
      const faults::Profile profile = profile_for(model, number);
      const faults::Armed armed(model, profile);
      const faults::Armed armed_switch(by_switch, profile);
      for (std::uint64_t seed = 1; seed <= runs_each; ++seed) {
        CAPTURE(seed);
        const Struck run = struck(model, armed, seed, true);
        CAPTURE(to_text(run.plan));
        REQUIRE(run.trouble == "");
        for (const faults::Line& line : run.plan.lines) met.insert(name_of(line.fault));
        // A run that was cut off would go on for longer as a copy.
        if (run.events < Play::events_max / 2) CHECK(digest_of_copy(model, armed, seed, run.events / 2) == run.digest);
        CHECK(struck(by_switch, armed_switch, seed, false).digest == run.digest);
        if (run.plan.lines.size() > plan_lines_max) continue;
        const Struck replay = struck(model, faults::Armed(model, run.plan), seed, false);
        REQUIRE(replay.digest == run.digest);
        CHECK(replay.plan == run.plan);
      }
    }
    std::string names;
    for (const std::string_view name : met) names += std::string{name} + " ";
    MESSAGE(met.size() << " kinds: " << names);
    CHECK(met.size() > 25);
  }
}

}  // namespace squall::laws
