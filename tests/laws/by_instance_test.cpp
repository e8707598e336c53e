// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "tests/effort.hpp"
#include "tests/laws/play.hpp"

/// What is kept of activations and mailboxes by instance only finds them sooner: no run goes another way for it.
namespace squall::laws {
namespace {

/// Plays to the end; where it is `kept` from the start, the audit compares it with the rows.
std::uint64_t digest_of(const sim::Model& model, std::uint64_t seed, const sim::Interposer* faults, bool kept) {
  constexpr std::uint64_t audited_events = effort(1'500U);
  Play play{model, seed, faults};
  if (kept) play.world.by_instance.turn_on(play.world);
  std::string wrong;
  for (std::uint64_t event = 0; play.step(); ++event) {
    if (kept && wrong.empty() && event < audited_events) wrong = audited(play.world, model);
  }
  CHECK(wrong == "");
  CHECK(audited(play.world, model) == "");
  CHECK(play.world.by_instance.on() == kept);
  return play.digest();
}

}  // namespace

TEST_SUITE("activations and mailboxes by instance") {
  TEST_CASE("a run in which they are kept is the run in which they are walked through") {
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        const sim::Interposer* faults = seed % 2 == 0 ? &armed : nullptr;
        CHECK(digest_of(subject.model, seed, faults, true) == digest_of(subject.model, seed, faults, false));
      }
    }
  }

  TEST_CASE("so is one of many instances at once, as many as are still walked through") {
    using namespace std::chrono_literals;
    for (const Subject& subject : zoo()) {
      sim::Model model = subject.model;
      model.load = {.instances = sim::ByInstance::instances_walked, .every = sim::Distribution::constant(1ms)};
      const faults::Armed armed(model, subject.faults);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        const sim::Interposer* faults = seed % 2 == 0 ? &armed : nullptr;
        CHECK(digest_of(model, seed, faults, true) == digest_of(model, seed, faults, false));
      }
    }
  }

  TEST_CASE("one instance more, and they are kept; a copy of the world keeps its own") {
    using namespace std::chrono_literals;
    for (const Subject& subject : zoo()) {
      CAPTURE(subject.name);
      sim::Model model = subject.model;
      model.load = {.instances = 3 * sim::ByInstance::instances_walked, .every = sim::Distribution::constant(0ns)};
      const faults::Armed armed(model, subject.faults);
      Play play{model, 1, &armed};
      std::uint32_t most = 0;
      for (int event = 0; event < 300 && play.step(); ++event) {
        most = std::max(most, play.world.header().live_instances);
        CHECK(play.world.by_instance.on() == (most > sim::ByInstance::instances_walked));
      }
      Play copy{model, 1, &armed, nullptr, play.world};
      for (int event = 0; event < 300 && copy.step(); ++event) {}
      CHECK(audited(play.world, model) == "");
      CHECK(audited(copy.world, model) == "");
    }
  }
}

}  // namespace squall::laws
