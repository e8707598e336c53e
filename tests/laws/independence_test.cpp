// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "sim/agent.hpp"
#include "tests/laws/play.hpp"

/// Law 6: what changes nothing leaves every agent's digest as it was.
namespace squall::laws {
namespace {

using Digests = std::map<std::string, std::uint64_t>;

/// Hears nothing, says nothing.
struct Bystander {
  std::int64_t idle = 0;
};

/// Looks at everything, and has memory in the world.
sim::Monitor onlooker() {
  return {.name = "onlooker",
          .claim = "anything may happen",
          .listens = ~sim::SeenMask{0},
          .bytes = 8,
          .on = [](const sim::Judging& at, const sim::Observation&) { ++at.memory_as<std::uint64_t>(); }};
}

Digests digests(const sim::Model& model, const faults::Profile& profile, std::uint64_t seed, bool judged = false) {
  const faults::Armed armed(model, profile);
  Play play(model, seed, &armed);
  sim::Violations violations;
  if (judged) {
    play.run.violations = &violations;
    play.world = sim::World(model, sim::Half::state_and_shadow);
    sim::begin(play.world, play.run);
  }
  play.finish();
  if (judged) CHECK(*reinterpret_cast<const std::uint64_t*>(play.world.memory() + model.monitors.back().memory) > 0);
  return play.digests_of_agents();
}

}  // namespace

TEST_SUITE("law 6: what changes nothing leaves the digests") {
  TEST_CASE("an agent that nobody uses") {
    for (const Subject& subject : zoo()) {
      // Declared last and, in the alphabet, first: neither place may matter.
      sim::Model larger = subject.model;
      sim::add_agent(larger, "a bystander", Bystander{}, 3);
      larger.finish();
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        Digests of_all = digests(larger, subject.faults, seed);
        std::erase_if(of_all,
                      [](const auto& named) { return named.first.starts_with("a bystander"); });  // it may be crashed
        CHECK(of_all == digests(subject.model, subject.faults, seed));
      }
    }
  }
  TEST_CASE("a fault at 0 %, of any kind, wherever it stands among the lines of other kinds") {
    for (const Subject& subject : zoo()) {
      faults::Profile more = subject.faults;
      more.lines.push_back({faults::MessageLoss{}, {}, {.chance = {0}}});
      more.lines.push_back({faults::MessageDuplicate{}, {}, {.chance = {0}}});
      more.lines.push_back({faults::MessageDelay{.times = 2}, {}, {.chance = {0}}});
      more.lines.push_back({faults::AgentRestart{}, {}, {.chance = {0}}});
      more.lines.push_back({faults::AgentCrash{}, {}, {.chance = {0}}});
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        CHECK(digests(subject.model, more, seed) == digests(subject.model, subject.faults, seed));
      }
    }
  }
  TEST_CASE("faults at 0 % alone leave the run without faults") {
    for (const Subject& subject : zoo()) {
      faults::Profile none = subject.faults;
      for (faults::Line& line : none.lines) line.trigger.chance = {0};
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CHECK(digests(subject.model, none, seed) == digests(subject.model, {}, seed));
      }
    }
  }
  TEST_CASE("a monitor") {
    for (const Subject& subject : zoo()) {
      sim::Model judged = subject.model;
      judged.monitors.push_back({onlooker(), 0});
      judged.finish();
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        CHECK(digests(judged, subject.faults, seed, true) == digests(subject.model, subject.faults, seed));
      }
    }
  }
}

}  // namespace squall::laws
