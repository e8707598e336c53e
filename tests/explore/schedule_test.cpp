// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "scenarios/models/locks.hpp"
#include "scenarios/models/ping_pong.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "sim/explore/event_name.hpp"
#include "sim/explore/schedule.hpp"
#include "sim/explore/search.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

std::vector<std::string> names_of(const Followed& followed) {
  std::vector<std::string> names;
  for (const Followed::Event& event : followed.events) names.push_back(event.name);
  return names;
}

std::vector<Decision> decisions(const std::vector<std::string>& names) {
  std::vector<Decision> list;
  list.reserve(names.size());
  for (const std::string& name : names) list.push_back({name, {}});
  return list;
}

/// Draws a card in its only step.
struct Gambler {
  std::uint32_t card = 9;
  void actions(ActionList& list) const {
    if (card == 9) list.add(0);
  }
  void on_action(Turn& turn, std::uint32_t) { card = turn.run.decide.choose({}, purpose("card"), 4, nullptr); }
};

TEST_SUITE("a run along decisions") {
  TEST_CASE("passes through what was decided, and then goes on by itself to its end") {
    const Model model = SharedCounter<2>::model();
    const std::vector<std::string> both_read{"threads action 0", "threads action 1"};
    const Followed followed = follow({.model = model}, {.begin = {}, .decisions = decisions(both_read)});
    CHECK(followed.followed == 2);
    CHECK_FALSE(followed.divergence);
    CHECK(followed.ended);
    REQUIRE(followed.events.size() == 4);
    CHECK(followed.events[1].by == Followed::By::decision);
    CHECK(followed.events[1].could == 2);
    CHECK(followed.events[2].by == Followed::By::draw);
    CHECK(SharedCounter<2>::lost_update(detail::load_state<SharedCounter<2>>(followed.world, AgentId{0})));
  }

  TEST_CASE("is the same run whenever it is played, and another where a decision is another") {
    const Model model = naive_dining<3>();
    const auto played = [&](const std::vector<std::string>& names, std::uint64_t seed) {
      return follow({.model = model}, {.begin = {}, .decisions = decisions(names)}, {.seed = Seed{seed}});
    };
    const std::vector<std::string> all_left{"threads action 0", "threads action 1", "threads action 2"};
    const Followed once = played(all_left, 1), again = played(all_left, 2);
    CHECK(once.digest == again.digest);  // all wait for their right fork: nothing is left to be drawn
    CHECK(names_of(once) == all_left);
    CHECK(once.ended);
    const std::vector<std::string> other{"threads action 1", "threads action 0", "threads action 2"};
    CHECK(played(other, 1).digest != once.digest);
  }

  TEST_CASE("gives the answers that a search has found") {
    Model model;
    add_agent<Gambler>(model, "gambler");
    model.finish();
    for (std::uint32_t card = 0; card < 4; ++card) {
      const Followed followed = follow({.model = model}, {.begin = {}, .decisions = {{"gambler action 0", {card}}}});
      CHECK_FALSE(followed.divergence);
      CHECK(detail::load_state<Gambler>(followed.world, AgentId{0}).card == card);
    }
    for (const std::vector<std::uint32_t>& wrong : {std::vector<std::uint32_t>{}, {4}, {1, 1}}) {
      const Followed followed = follow({.model = model}, {.begin = {}, .decisions = {{"gambler action 0", wrong}}});
      REQUIRE(followed.divergence);
      CHECK(followed.divergence->why == Divergence::Why::answers);
      CHECK(followed.divergence->decision == 0);
    }
  }

  TEST_CASE("says where it could not go on as decided, and goes on freely") {
    const Model model = opposite_locks();
    const Followed followed =
        follow({.model = model},
               {.begin = {}, .decisions = decisions({"threads action 0", "threads action 0", "stranger action 1"})});
    REQUIRE(followed.divergence);
    CHECK(followed.divergence->why == Divergence::Why::impossible);
    CHECK(followed.divergence->decision == 2);
    CHECK(followed.divergence->possible == std::vector<std::string>{"threads action 0"});
    CHECK(followed.followed == 2);
    CHECK(followed.events.size() == 8);
    CHECK(followed.ended);
    CHECK(Locks<2, 2>::finished(detail::load_state<Locks<2, 2>>(followed.world, AgentId{0})));
  }

  TEST_CASE("what cannot come yet waits for something else that its agent can do") {
    const Model model = opposite_locks();
    // The second thread's first lock is the first one's second: it has to be given back before.
    const Followed followed = follow(
        {.model = model},
        {.begin = {},
         .decisions = decisions({"threads action 0", "threads action 0", "threads action 1", "threads action 1"})});
    CHECK_FALSE(followed.divergence);
    CHECK(followed.followed == 4);
    REQUIRE(followed.events.size() == 8);
    CHECK(followed.events[2].by == Followed::By::detour);
    CHECK(followed.events[2].name == "threads action 0");
    CHECK(followed.events[3].by == Followed::By::decision);
  }

  TEST_CASE("ends undecided at its limit of steps") {
    const Model model = PingPong::model(false);
    const Followed followed = follow({.model = model}, {.begin = {}, .decisions = {}}, {.steps_max = 50});
    CHECK(followed.events.size() == 50);
    CHECK_FALSE(followed.ended);
  }

  TEST_CASE("every counterexample of a search is followed to its violation") {
    struct Judged final : Judge {
      void state(const World& world, Violations& found) const override {
        if (Locks<3, 3>::deadlocked(detail::load_state<Locks<3, 3>>(world, AgentId{0})))
          found.add({.invariant = "deadlock"});
      }
    };
    const Model model = naive_dining<3>();
    const Judged judge;
    const SearchResult result = Search{model, {.judge = &judge}}.run();
    REQUIRE(result.findings.size() == 1);
    const Finding& finding = result.findings.front();
    const Followed followed = follow({.model = model}, schedule_of({.model = model}, finding.begin, finding.path));
    CHECK(followed.followed == finding.path.size());
    CHECK(Locks<3, 3>::deadlocked(detail::load_state<Locks<3, 3>>(followed.world, AgentId{0})));
  }
}

TEST_SUITE("names of events") {
  TEST_CASE("no two events of a state are called alike, whatever rows they lie in") {
    const Model model = naive_dining<5>();
    Odometer odometer;
    Run run{.model = model, .decide = odometer, .timed = false};
    World world{model, Half::state_only};
    begin_explored(world, run, {.model = model});
    Enabled enabled{model, nullptr};
    const std::vector<Event> events = enabled.list(world);
    std::vector<std::string> names = event_names(model, world, events, nullptr, enabled.moves());
    REQUIRE(names.size() == 5);
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
    CHECK(names.front() == "threads action 0");
    // The same event twice in a list: told apart.
    const std::vector<Event> twice{events[0], events[0]};
    CHECK(event_names(model, world, twice, nullptr, enabled.moves()) ==
          std::vector<std::string>{"threads action 0", "threads action 0 (2)"});
  }
}

}  // namespace
}  // namespace squall::sim
