// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <string_view>

#include "faults/recorder.hpp"
#include "scenarios/file.hpp"
#include "tests/effort.hpp"
#include "tests/laws/any_line.hpp"
#include "tests/laws/ledger.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/random_workflow.hpp"
#include "tests/laws/workflow_files.hpp"

/// The laws of a single run, under every kind of fault there is, each run under another few of them.
namespace squall::laws {
namespace {

using namespace sim::literals;

constexpr std::uint64_t runs_each = 4;

struct Struck {
  std::uint64_t digest = 0, events = 0;
  bool cut_off = false;
  faults::Plan plan;
  std::string trouble;  ///< first complaint of the audit or about messages, where it is asked
};

Struck struck(const sim::Model& model, const faults::Armed& armed, std::uint64_t seed, sim::Instant until,
              bool audit = false) {
  const faults::Recorder recorder(model, armed);
  Ledger ledger;
  Play play(model, seed, &recorder, audit ? &ledger : nullptr);
  play.until = until;
  Struck result;
  const auto look = [&] {
    if (audit) result.trouble = audited(play.world, model) + unaccounted(play, ledger);
  };
  for (look(); result.trouble.empty() && play.step(); look()) {}
  result.digest = play.digest();
  result.events = play.world.clock().events;
  result.cut_off = play.cut_off();
  result.plan = recorder.plan();
  return result;
}

/// Of the copy that a run leaves behind after so many events, played to its end. Faults remember in the world alone.
std::uint64_t digest_of_copy(const sim::Model& model, const faults::Armed& armed, std::uint64_t seed,
                             sim::Instant until, std::uint64_t events) {
  Play play(model, seed, &armed);
  play.until = until;
  while (play.world.clock().events < events && play.step()) {}
  Play copy(model, seed, &armed, nullptr, play.world);
  copy.until = until;
  play.finish();
  copy.finish();
  return copy.digest();
}

/// Until when runs are looked at: to their end, of workflows that have one without faults, else as long as this many events
/// take then. Faults make moves besides, so runs under other faults are alike up to an instant, and not to so many steps.
sim::Instant horizon(const sim::Model& model, std::uint64_t seed) {
  Play play(model, seed);
  for (int events = 0; events < 1'000; ++events) {
    if (!play.step()) return sim::end_of_time;
  }
  return play.world.clock().now;
}

/// Swarm: about half of the lines exist in a run, some of them often. Every other seed strikes hard: some kinds need what a
/// workflow does but once.
faults::Profile profile_for(const sim::Model& model, std::uint64_t seed) {
  return {.lines = any_lines(model, seed % 2 == 0 ? 30_percent : 4_percent, 3, seed), .swarm = true};
}

/// By name.
using Kinds = std::set<std::string_view>;

std::string list(const Kinds& kinds) {
  std::string names = std::to_string(kinds.size()) + " kinds:";
  for (const std::string_view name : kinds) names += " " + std::string{name};
  return names;
}

/// The same lines, none of which ever comes up.
faults::Profile never(faults::Profile profile) {
  for (faults::Line& line : profile.lines) line.trigger.chance = 0_percent;
  return profile;
}

/// The laws of one run, and which kinds struck in it. `other`: the same model with another dispatch.
void hold(const sim::Model& model, const sim::Model* other, const faults::Profile& profile, std::uint64_t seed,
          Kinds& met) {
  CAPTURE(seed);
  const sim::Instant until = horizon(model, seed);
  const faults::Armed armed(model, profile);
  const Struck run = struck(model, armed, seed, until, true);
  CAPTURE(to_text(run.plan));
  REQUIRE(run.trouble == "");
  for (const faults::Line& line : run.plan.lines) met.insert(name_of(line.fault));
  const Struck bare = struck(model, faults::Armed(model, faults::Profile{}), seed, until);
  const Struck unstruck = struck(model, faults::Armed(model, never(profile)), seed, until);
  if (!unstruck.cut_off) CHECK(unstruck.digest == bare.digest);
  if (run.cut_off) return;  // where, depends on the moves of faults
  CHECK(digest_of_copy(model, armed, seed, until, run.events / 2) == run.digest);
  if (other != nullptr) CHECK(struck(*other, faults::Armed(*other, profile), seed, until).digest == run.digest);
  if (run.plan.lines.size() > plan_lines_max) return;
  const Struck replay = struck(model, faults::Armed(model, run.plan), seed, until);
  REQUIRE(replay.digest == run.digest);
  CHECK(replay.events == run.events);
  CHECK(replay.plan == run.plan);
}

}  // namespace

TEST_SUITE("laws under every kind of fault") {
  // Worlds stay sound, no message is lost sight of, what never comes up changes nothing, plans replay, dispatches agree, copies
  // run on alike.
  TEST_CASE("they hold of random workflows") {
    Kinds met;
    const std::uint64_t workflows = asked("SQUALL_WORKFLOWS", effort(150U));
    for (std::uint64_t number = 1; number <= workflows; ++number) {
      CAPTURE(number);
      const scenarios::Workflow workflow = random_workflow(number);
      sim::Model model = workflow.model(scenarios::Dispatch::by_goto);
      sim::Model by_switch = workflow.model(scenarios::Dispatch::by_switch);
      model.fault_shadow = by_switch.fault_shadow = faults::Armed::shadow_bytes(plan_lines_max);
      const faults::Profile profile = profile_for(model, number);
      for (std::uint64_t seed = 1; seed <= runs_each; ++seed) hold(model, &by_switch, profile, seed, met);
    }
    MESSAGE(list(met));
    CHECK(met.size() > 25);
  }
  TEST_CASE("they hold of the suites and of recorded drawings") {
    Kinds met;
    const std::uint64_t runs = asked("SQUALL_RUNS", 10);
    for (const char* folder : {"scenarios/suites", "tests/data/runtimes"}) {
      std::size_t number = 0;
      for (const std::string& file : workflow_files(folder)) {
        CAPTURE(file);
        if (!thorough && number++ % 40 != 0) continue;
        scenarios::Loaded loaded = scenarios::load(file);
        REQUIRE(loaded.ok());
        sim::Model& model = loaded.scenario->model;
        model.fault_shadow = faults::Armed::shadow_bytes(plan_lines_max);
        for (std::uint64_t seed = 1; seed <= runs; ++seed) hold(model, nullptr, profile_for(model, seed), seed, met);
      }
    }
    MESSAGE(list(met));
    CHECK(met.size() > (thorough ? 40 : 15));
  }
}

}  // namespace squall::laws
