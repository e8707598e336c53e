// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <deque>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/plain_worlds.hpp"
#include "sim/explore/search.hpp"
#include "tests/effort.hpp"
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

/// Goes through the first states of `model`, packed and unpacked as a search does, and checks each word of the shortcuts
/// against worlds taken as a whole.
Said check_shortcuts(const Model& model, std::uint32_t states_max) {
  Odometer odometer;
  Run run{.model = model, .decide = odometer, .timed = false};
  Enabled enabled{model, nullptr};
  run.moves = &enabled.moves();
  Content content{model};
  PlainWorlds plain{model, {}};
  World parent{model, Half::state_only};
  Frontier frontier{parent};
  World child = parent;
  std::deque<World> kept(1, parent);
  begin(kept.front(), run);
  odometer.reset();
  frontier.push(kept.front(), 0, &plain.unlike_last(kept.front(), Run::everybody));
  Said said;
  std::uint32_t states = 1;
  for (std::uint32_t popped = 0; !kept.empty(); kept.pop_front(), ++popped) {
    World* const worlds[] = {&parent, &child};
    frontier.pop(worlds, &plain.changed());
    REQUIRE(content.difference(parent, kept.front()) == "");
    REQUIRE(parent.state_bytes_used() == kept.front().state_bytes_used());
    if (popped % 8 == 3) continue;  // not every state is expanded: such as violated ones
    const std::uint64_t fingerprint = content.hash(parent);
    plain.begin(parent, fingerprint);
    const std::vector<Event> events = enabled.list(parent);
    const std::vector<PlainWorlds::Foreseen> foreseen = plain.foresee(events);
    for (std::size_t e = 0; e < events.size(); ++e) {
      do {
        apply(child, events[e], run);
        const std::uint64_t whole = content.hash(child);
        const Change change = plain.change(child, events[e], run);
        const std::uint64_t touched = change == Change::plain ? run.touched : Run::everybody;
        if (foreseen[e].known) {
          CHECK(change != Change::any);
          CHECK(foreseen[e].nowhere == (change == Change::none));
          CHECK(foreseen[e].idle == run.idle);
          if (!foreseen[e].nowhere) CHECK(foreseen[e].fingerprint == whole);
          (foreseen[e].nowhere ? said.foreseen_nowhere : said.foreseen) += 1;
        }
        if (!odometer.asked() && change != Change::any) plain.remember(events[e], child, run, change, whole);
        if (change == Change::none) CHECK(whole == fingerprint);
        if (change == Change::plain) CHECK(plain.hash(child, events[e], run) == whole);
        (change == Change::none ? said.none : change == Change::plain ? said.plain : said.any) += 1;
        if (whole != fingerprint && states < states_max) {
          kept.push_back(child);
          frontier.push(child, states++, &plain.unlike_last(child, touched));
        }
        if (change != Change::none) plain.restore(child, touched);
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
    for (std::uint32_t seed = 0; seed < effort(300U); ++seed) {
      const Model model = Gossip::model(seed, Gossip::none, seed % 3 == 0);
      const Said said = check_shortcuts(model, 60);
      CHECK(said.any == 0);
      all.none += said.none;
      all.plain += said.plain;
      all.foreseen += said.foreseen;
      all.foreseen_nowhere += said.foreseen_nowhere;
    }
    CHECK(all.none > effort(100U));
    CHECK(all.plain > effort(10'000U));
    CHECK(all.foreseen > effort(3'000U));
    CHECK(all.foreseen_nowhere > effort(50U));
  }
  TEST_CASE("what timers, asks, expectations and reports change is never taken for plain") {
    Said all;
    for (std::uint32_t seed = 0; seed < effort(600U); ++seed) {
      // Every combination of extras.
      const Model model = Gossip::model(seed, seed % 16, seed % 5 == 0);
      const Said said = check_shortcuts(model, 60);
      all.plain += said.plain;
      all.any += said.any;
    }
    CHECK(all.plain > effort(5'000U));
    CHECK(all.any > effort(5'000U));
  }
  TEST_CASE("a search with shortcuts finds what one without finds") {
    for (std::uint32_t seed = 0; seed < effort(200U); ++seed) {
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
