// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "sim/strike.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/workflow_files.hpp"

/// The laws of the kernel, for graphs: whatever strikes a recorded drawing, its world is sound after every event, and the same
/// seed gives the same run.
namespace squall::laws {
namespace {

struct Drawing {
  std::string name;
  sim::Model model;
};

std::vector<Drawing> drawings() {
  std::vector<Drawing> drawings;
  for (const std::string& file : workflow_files("tests/data/runtimes")) {
    scenarios::Loaded loaded = scenarios::load(file);
    REQUIRE_MESSAGE(loaded.ok(), file);
    drawings.push_back({file, std::move(loaded.scenario->model)});
  }
  return drawings;
}

struct DrawnRun {
  std::uint64_t digest = 0;
  std::string trouble;
};

DrawnRun drawn_run(const sim::Model& model, const faults::Profile& profile, std::uint64_t seed, bool audit) {
  const faults::Armed armed(model, profile);
  Play play(model, seed, &armed);
  DrawnRun run;
  for (int events = 0; events < 3'000 && run.trouble.empty() && play.step(); ++events) {
    if (audit) run.trouble = audited(play.world, model);
  }
  run.digest = play.digest();
  return run;
}

}  // namespace

TEST_SUITE("runtimes: the laws under faults") {
  TEST_CASE("the world of a graph is sound after every event, and a seed gives one run") {
    for (Drawing& drawing : drawings()) {
      CAPTURE(drawing.name);
      for (const sim::Probability chance : {sim::Probability{20'000}, sim::Probability{200'000}}) {
        const faults::Profile profile = common_kinds(chance);
        drawing.model.fault_shadow = faults::Armed::shadow_bytes(profile.lines.size());
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
          CAPTURE(seed);
          const DrawnRun audited_run = drawn_run(drawing.model, profile, seed, true);
          CHECK(audited_run.trouble == "");
          CHECK(drawn_run(drawing.model, profile, seed, false).digest == audited_run.digest);
        }
      }
    }
  }
}

}  // namespace squall::laws
