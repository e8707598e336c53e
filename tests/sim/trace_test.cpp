// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.hpp"

#include <doctest/doctest.h>

#include <span>
#include <utility>
#include <vector>

#include "scenarios/models/phold.hpp"
#include "sim/timed.hpp"
#include "tests/sim/stage.hpp"

namespace squall::sim::testing {
namespace {

/// Tells two sinks the same.
class Both final : public Sink {
 public:
  Both(Sink& one, Sink& other) : one_(one), other_(other) {}
  void on(const Model& model, const World& world, const Observation& seen) override {
    one_.on(model, world, seen);
    other_.on(model, world, seen);
  }

 private:
  Sink& one_;
  Sink& other_;
};

bool alike(const Observation& a, const Observation& b) {
  return a.kind == b.kind && a.topic == b.topic && a.agent == b.agent && a.other == b.other &&
         a.activation == b.activation && a.instance == b.instance && a.row == b.row && a.detail == b.detail &&
         a.value == b.value;
}

bool alike(const Trace& trace, const Watcher& watcher) {
  if (trace.lines().size() != watcher.seen.size()) return false;
  for (std::size_t l = 0; l < watcher.seen.size(); ++l) {
    const TraceLine& line = trace.lines()[l];
    if (line.at.time_since_epoch() != watcher.seen[l].at || !alike(line.seen, watcher.seen[l].what)) return false;
  }
  return true;
}

/// Sixteen agents that send messages about, for so many events.
void play(Sink& sink, int events) {
  const Model model = scenarios::phold(16);
  World world(model, Half::state_and_shadow);
  Named named{Seed{7}};
  Run run{.model = model, .decide = named, .key = named.run(), .sink = &sink};
  begin(world, run);
  for (int event = 0; event < events; ++event) step(world, run);
}

TEST_SUITE("traces") {
  TEST_CASE("a trace has each observation as it was made, however many there are") {
    Trace trace{~SeenMask{0}};
    Watcher watcher;
    Both both{trace, watcher};
    play(both, 5'000);
    CHECK(watcher.seen.size() > 10'000);
    CHECK(alike(trace, watcher));
  }

  TEST_CASE("who writes into a trace's place has said the same as who hands an observation over") {
    Trace alone{~SeenMask{0}};
    play(alone, 5'000);
    Watcher watcher;
    play(watcher, 5'000);
    CHECK(alike(alone, watcher));
  }

  TEST_CASE("a trace that was cleared, copied or moved goes on where it is, and changes no other") {
    Trace trace{~SeenMask{0}};
    play(trace, 700);
    Trace copy = trace;
    trace.clear();
    play(trace, 3'000);
    Watcher short_one, long_one;
    play(short_one, 700);
    play(long_one, 3'000);
    CHECK(alike(trace, long_one));
    CHECK(alike(copy, short_one));
    play(copy, 3'000);
    play(short_one, 3'000);
    CHECK(alike(copy, short_one));
    CHECK(alike(trace, long_one));
    Trace moved = std::move(copy);
    play(moved, 700);
    play(short_one, 700);
    CHECK(alike(moved, short_one));
  }

  TEST_CASE("each line knows what work it is about, however many there are") {
    Stage stage;
    const ArtifactName note = stage.artifact("note");
    std::vector<std::uint64_t> identities;
    stage.agent("maker", {[&](Turn& turn, const Wake&) {
                  for (Row made = no_row; identities.size() < 3'000;) {
                    const Row before = made;
                    made = turn.make(note, std::span(&before, before == no_row ? 0 : 1), true);
                    identities.push_back(turn.world.artifact(made).identity);
                    if (before != no_row) turn.release_artifact(before);
                    if (identities.size() == 3'000) turn.release_artifact(made);
                  }
                }});
    Trace trace;
    Named named{Seed{1}};
    stage.model.finish();
    World world(stage.model, Half::state_and_shadow);
    Run run{.model = stage.model, .decide = named, .key = named.run(), .sink = &trace};
    begin(world, run);
    run_timed(world, run);
    std::size_t made = 0;
    for (const TraceLine& line : trace.lines()) {
      if (line.seen.kind == Seen::made) {
        REQUIRE(trace.work(line).identity == identities[made++]);
        REQUIRE(line.artifact == note);
      } else {
        REQUIRE(trace.work(line).row == no_row);
      }
    }
    CHECK(made == 3'000);
  }
}

}  // namespace
}  // namespace squall::sim::testing
