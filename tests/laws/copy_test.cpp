// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "sim/content.hpp"
#include "tests/laws/play.hpp"

/// Law 3: a world is a value. Whatever a run depends on lies in it, so a copy made at any moment runs on alike.
namespace squall::laws {
namespace {

struct End {
  std::uint64_t digest, content;
  sim::Instant now;
  std::uint64_t events;
  friend bool operator==(const End&, const End&) = default;
};

End end_of(Play& play) {
  play.finish();
  sim::Content content(play.model);
  return {play.digest(), content.hash(play.world), play.world.clock().now, play.world.clock().events};
}

/// Events of a run, and its end.
std::pair<std::uint64_t, End> whole(const Subject& subject, std::uint64_t seed, const sim::Interposer* faults) {
  Play play(subject.model, seed, faults);
  std::uint64_t steps = 0;
  while (play.step()) ++steps;
  return {steps, end_of(play)};
}

}  // namespace

TEST_SUITE("law 3: a world is a value") {
  TEST_CASE("a copy made at any moment, and the original, run on to the same end") {
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      sim::World reused(subject.model, sim::Half::state_and_shadow);  // keeps what it held: a copy must not see that
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const sim::Interposer* faults = seed % 2 == 0 ? &armed : nullptr;
        const auto [steps, end] = whole(subject, seed, faults);
        for (std::uint64_t cut = 0; cut < 5; ++cut) {
          // Named draws choose the moment: it is another one for each seed, and the same in every run of this test.
          const std::uint64_t at =
              sim::scale(sim::draw_base(sim::run_key(sim::Seed{seed}), sim::site_key(subject.name), 0, cut), steps + 1);
          CAPTURE(subject.name);
          CAPTURE(seed);
          CAPTURE(at);
          Play original(subject.model, seed, faults);
          for (std::uint64_t step = 0; step < at; ++step) original.step();
          Play copy(subject.model, seed, faults, nullptr, original.world);
          reused = original.world;
          CHECK(audited(reused, subject.model) == "");
          CHECK(end_of(original) == end);
          CHECK(end_of(copy) == end);
          Play second(subject.model, seed, faults, nullptr, std::move(reused));
          CHECK(end_of(second) == end);
          reused = std::move(second.world);
        }
      }
    }
  }

  TEST_CASE("a world that has run is as good as new once the beginning is copied into it") {
    for (const Subject& subject : zoo()) {
      CAPTURE(subject.name);
      const faults::Armed armed(subject.model, subject.faults);
      const sim::World fresh(subject.model, sim::Half::state_and_shadow);
      sim::World world = fresh;
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        world = fresh;
        Play again(subject.model, seed, &armed, nullptr, std::move(world));
        sim::begin(again.world, again.run);
        CHECK(end_of(again) == whole(subject, seed, &armed).second);
        world = std::move(again.world);
      }
    }
  }
}

}  // namespace squall::laws
