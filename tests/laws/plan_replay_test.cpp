// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "faults/recorder.hpp"
#include "tests/laws/play.hpp"

/// Law 5: a run's injections, written down as a plan, replay the run.
namespace squall::laws {
namespace {

struct Recorded {
  std::uint64_t digest;
  faults::Plan plan;
  std::vector<std::size_t> unstruck;
};

Recorded recorded(const sim::Model& model, const faults::Armed& armed, std::uint64_t seed) {
  const faults::Recorder recorder(model, armed);
  Play play(model, seed, &recorder);
  play.finish();
  return {play.digest(), recorder.plan(), armed.unstruck(play.world)};
}

}  // namespace

TEST_SUITE("law 5: plans replay") {
  TEST_CASE("the plan of a run replays to its digest; with a line that strikes nothing as well") {
    for (const Subject& subject : zoo()) {
      const faults::Armed profile(subject.model, subject.faults);
      std::size_t injections = 0;
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        const Recorded original = recorded(subject.model, profile, seed);
        CAPTURE(to_text(original.plan));
        injections += original.plan.lines.size();
        const Recorded replay = recorded(subject.model, faults::Armed(subject.model, original.plan), seed);
        REQUIRE(replay.digest == original.digest);
        CHECK(replay.unstruck.empty());
        CHECK(replay.plan == original.plan);

        faults::Plan longer = original.plan;
        longer.lines.insert(longer.lines.begin(), {faults::MessageLoss{}, {}, {.nth = 1'000'000}});
        longer.lines.push_back({faults::AgentCrash{}, {}, {.nth = 1'000'000}});
        const Recorded with_idle_lines = recorded(subject.model, faults::Armed(subject.model, longer), seed);
        CHECK(with_idle_lines.digest == original.digest);
        CHECK(with_idle_lines.unstruck == std::vector<std::size_t>{0, longer.lines.size() - 1});
      }
      CHECK(injections > 10);
    }
  }
}

}  // namespace squall::laws
