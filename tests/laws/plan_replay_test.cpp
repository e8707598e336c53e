// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdint>
#include <tuple>
#include <vector>

#include "faults/recorder.hpp"
#include "scenarios/file.hpp"
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

  TEST_CASE(
      "a run that is cut off at its limit of events replays to the same event, though the plan has no moves in vain") {
    scenarios::Loaded loaded = scenarios::load_text("endless", R"(
workflow: endless
agents:
  a: {do: [{repeat: [{send: {to: b, topic: ping}}, {receive: pong}]}]}
  b: {do: [{repeat: [{receive: ping}, {work: 1ms..3ms}, {send: {to: a, topic: pong}}]}]}
faults: [clock-skew: {agent: a, every: 1ms..20ms, by: 1ms..5ms, chance: 10%, at-most: 3}]
)");
    REQUIRE(loaded.ok());
    sim::Model& model = loaded.scenario->model;
    model.limits.events_per_instance = 2'000;
    model.fault_shadow = faults::Armed::shadow_bytes(4);
    const auto cut_off = [&](const faults::Armed& armed) {
      const faults::Recorder recorder(model, armed);
      Play play(model, 1, &recorder);
      CHECK(sim::run_timed(play.world, play.run) == sim::Halt::event_limit);
      CHECK(play.world.clock().events == 2'000);
      return std::tuple{play.digest(), recorder.plan(), play.world.clock().moves};
    };
    const auto [digest, plan, moves] = cut_off(faults::Armed(model, loaded.scenario->faults));
    CHECK(plan.lines.size() == 3);
    CHECK(moves > 10);
    const auto [digest_of_replay, plan_of_replay, moves_of_replay] = cut_off(faults::Armed(model, plan));
    CHECK(digest_of_replay == digest);
    CHECK(plan_of_replay == plan);
    CHECK(moves_of_replay == 3);
  }
}

}  // namespace squall::laws
