// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/plain_worlds.hpp"
#include "sim/explore/search.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

using testing::Gossip;
using Change = PlainWorlds::Change;

/// What the shortcuts said of all events in the first states of a model.
struct Said {
  std::uint32_t none = 0, plain = 0, any = 0;
  std::uint32_t foreseen = 0, foreseen_nowhere = 0;
};

/// Goes through the first states of `model` and checks each word of the shortcuts against worlds taken as a whole.
Said check_shortcuts(const Model& model, std::uint32_t states_max) {
  Odometer odometer;
  Run run{.model = model, .decide = odometer, .timed = false};
  Enabled enabled{model, nullptr};
  run.moves = &enabled.moves();
  Content content{model};
  PlainWorlds plain{model, {}};
  std::vector<World> states(1, World{model, Half::state_only});
  begin(states.front(), run);
  odometer.reset();
  Said said;
  for (std::size_t s = 0; s < states.size() && s < states_max; ++s) {
    const World parent = states[s];
    World child = parent;
    const std::uint64_t fingerprint = content.hash(parent);
    plain.begin(parent, fingerprint);
    for (const Event event : std::vector<Event>{enabled.list(parent)}) {
      do {
        const std::optional<PlainWorlds::Foreseen> foreseen = plain.foresee(event);
        apply(child, event, run);
        const std::uint64_t whole = content.hash(child);
        const Change change = plain.change(child, event, run);
        if (foreseen) {
          CHECK(change != Change::any);
          CHECK(foreseen->nowhere == (change == Change::none));
          CHECK(foreseen->idle == run.idle);
          if (!foreseen->nowhere) CHECK(foreseen->fingerprint == whole);
          (foreseen->nowhere ? said.foreseen_nowhere : said.foreseen) += 1;
        }
        if (!odometer.asked() && change != Change::any) plain.remember(event, child, run, change, whole);
        if (change == Change::none) CHECK(whole == fingerprint);
        if (change == Change::plain) CHECK(plain.hash(child, event, run) == whole);
        (change == Change::none ? said.none : change == Change::plain ? said.plain : said.any) += 1;
        if (whole != fingerprint && states.size() < states_max) states.push_back(child);
        if (change != Change::none) plain.restore(child, change == Change::plain ? run.touched : Run::everybody);
        REQUIRE(content.difference(child, parent) == "");
        REQUIRE(child.state_bytes_used() == parent.state_bytes_used());
      } while (odometer.next());
    }
  }
  return said;
}

TEST_SUITE("plain worlds") {
  TEST_CASE("the hash by what differs is the hash of the whole, and restored worlds are the parent again") {
    Said all;
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
      const Model model = Gossip::model(seed, Gossip::none, seed % 3 == 0);
      const Said said = check_shortcuts(model, 60);
      CHECK(said.any == 0);
      all.none += said.none;
      all.plain += said.plain;
      all.foreseen += said.foreseen;
      all.foreseen_nowhere += said.foreseen_nowhere;
    }
    CHECK(all.none > 100);
    CHECK(all.plain > 10'000);
    CHECK(all.foreseen > 3'000);
    CHECK(all.foreseen_nowhere > 50);
  }
  TEST_CASE("what timers, asks, expectations and reports change is never taken for plain") {
    Said all;
    for (std::uint32_t seed = 0; seed < 600; ++seed) {
      // Every combination of extras.
      const Model model = Gossip::model(seed, seed % 16, seed % 5 == 0);
      const Said said = check_shortcuts(model, 60);
      all.plain += said.plain;
      all.any += said.any;
    }
    CHECK(all.plain > 5'000);
    CHECK(all.any > 5'000);
  }
  TEST_CASE("a search with shortcuts finds what one without finds") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      const Model model = Gossip::model(seed, seed % 16, seed % 2 == 0);
      CAPTURE(seed);
      const SearchResult with = Search{model, {.states_max = 20'000}}.run();
      const SearchResult without = Search{model, {.incremental = false, .states_max = 20'000}}.run();
      CHECK(with.distinct == without.distinct);
      CHECK(with.generated == without.generated);
      CHECK(with.depth == without.depth);
      CHECK(with.terminal == without.terminal);
      CHECK(with.complete == without.complete);
    }
  }
  TEST_CASE("two-phase commit is plain throughout") {
    const Said said = check_shortcuts(scenarios::two_phase_commit::model(4), 500);
    CHECK(said.any == 0);
    CHECK(said.plain > 1'000);
    CHECK(said.foreseen > 1'000);
  }
  TEST_CASE("programs, FIFO links and shared things do not fit") {
    for (const char* name : {"feature-team", "w6"}) {
      const Said said = check_shortcuts(scenarios::builtin(name)->model, 100);
      CHECK_MESSAGE(said.none + said.plain == 0, name);
      CHECK_MESSAGE(said.any > 0, name);
    }
    Model fifo = Gossip::model(1, Gossip::none, false);
    fifo.network.fifo = true;
    CHECK(check_shortcuts(fifo, 100).plain == 0);
  }
}

}  // namespace
}  // namespace squall::sim
