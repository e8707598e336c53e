// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "scenarios/models/locks.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "sim/explore/search.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

/// Gives the answers of a counterexample's step.
class Given final : public Decider {
 public:
  void begin(std::vector<std::uint32_t> answers) {
    answers_ = std::move(answers);
    given_ = 0;
  }
  std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t*) override {
    REQUIRE(given_ < answers_.size());
    REQUIRE(answers_[given_] < n);
    return answers_[given_++];
  }
  bool all_given() const { return given_ == answers_.size(); }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t given_ = 0;
};

/// Runs a counterexample again, step by step, and returns where it ends. `found`: what monitors say on the way.
World run_again(const Model& model, const std::vector<Step>& path, Violations& found) {
  Given given;
  Run run{.model = model, .decide = given, .violations = &found, .timed = false};
  World world{model, Half::state_only};
  begin_explored(world, run, {.model = model});
  for (const Step& step : path) {
    std::vector<Move> moves{step.move};
    run.moves = &moves;
    given.begin(step.answers);
    apply(world, step.event, run);
    CHECK(given.all_given());
  }
  return world;
}

template <class State>
class Never final : public Judge {
 public:
  explicit Never(bool (*bad)(const State&)) : bad_(bad) {}
  void state(const World& world, Violations& found) const override {
    if (bad_(detail::load_state<State>(world, AgentId{0}))) found.add({.invariant = "never"});
  }

 private:
  bool (*bad_)(const State&);
};

/// Draws a card in each of its steps: which one is an answer, not an event.
struct Dealer {
  std::uint32_t cards = 0, sum = 0;
  void actions(ActionList& list) const {
    if (cards < 3) list.add(0);
  }
  void on_action(Turn& turn, std::uint32_t) {
    ++cards;
    sum += turn.run.decide.choose({}, purpose("card"), 4, nullptr);
  }
  static bool nine(const Dealer& dealer) { return dealer.sum == 9; }
};

Model dealer() {
  Model model;
  add_agent<Dealer>(model, "dealer");
  model.finish();
  return model;
}

/// Begins with any of many numbers.
struct Lottery {
  std::uint64_t number = 0;
  void on_start(Turn& turn) { number = turn.run.decide.choose({}, purpose("number"), 5'000, nullptr); }
};

/// Counts deliveries in its memory and calls the third one wrong.
void count_delivery(const Judging& judging, const Observation&) {
  std::uint64_t& count = judging.memory_as<std::uint64_t>();
  if (++count == 3) judging.found.add({.invariant = "at most two deliveries"});
}

TEST_SUITE("search") {
  TEST_CASE("a counterexample run again ends in the violating state, by as few steps as there can be") {
    const Model locks = opposite_locks();
    const Never<Locks<2, 2>> no_deadlock{&Locks<2, 2>::deadlocked};
    const SearchResult result = Search{locks, {.judge = &no_deadlock}}.run();
    REQUIRE(result.findings.size() == 1);
    const std::vector<Step>& path = result.findings.front().path;
    CHECK(path.size() == 2);  // each thread takes its first lock
    Violations found;
    const World end = run_again(locks, path, found);
    CHECK(Locks<2, 2>::deadlocked(detail::load_state<Locks<2, 2>>(end, AgentId{0})));

    const Model counter = SharedCounter<2>::model();
    const Never<SharedCounter<2>> no_lost_update{&SharedCounter<2>::lost_update};
    const SearchResult lost = Search{counter, {.judge = &no_lost_update}}.run();
    REQUIRE(lost.findings.size() == 1);
    CHECK(lost.findings.front().path.size() == 4);  // both read, both write
    const World last = run_again(counter, lost.findings.front().path, found);
    CHECK(SharedCounter<2>::lost_update(detail::load_state<SharedCounter<2>>(last, AgentId{0})));
  }
  TEST_CASE("a counterexample says which answers it needs") {
    const Model model = dealer();
    const Never<Dealer> no_nine{&Dealer::nine};
    const SearchResult result = Search{model, {.judge = &no_nine}}.run();
    REQUIRE(result.findings.size() == 1);
    const std::vector<Step>& path = result.findings.front().path;
    REQUIRE(path.size() == 3);
    for (const Step& step : path) CHECK(step.answers == std::vector<std::uint32_t>{3});
    Violations found;
    CHECK(Dealer::nine(detail::load_state<Dealer>(run_again(model, path, found), AgentId{0})));
    // 1 initial state; sums 0 to 3 after one card, 0 to 6 after two, 0 to 9 after three.
    CHECK(result.distinct == 1 + 4 + 7 + 10);
    CHECK(result.generated == 1 + 4 + 4 * 4 + 7 * 4);
  }
  TEST_CASE("a counterexample of a monitor that remembers is found again by what it remembers") {
    const Monitor monitor{.name = "at most two deliveries",
                          .claim = "no third message is delivered",
                          .listens = bit(Seen::delivered),
                          .bytes = 8,
                          .on = &count_delivery};
    std::uint32_t violated = 0;
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      CAPTURE(seed);
      const Model model = testing::Gossip::model(seed, testing::Gossip::none, false, 3, &monitor);
      const SearchResult result = Search{model, {}}.run();
      if (result.findings.empty()) continue;
      ++violated;
      const std::vector<Step>& path = result.findings.front().path;
      REQUIRE(path.size() >= 3);
      Violations found;
      const std::vector<Step> before{path.begin(), path.end() - 1};
      run_again(model, before, found);
      CHECK(found.empty());
      run_again(model, path, found);
      CHECK(found.list().size() == 1);
    }
    CHECK(violated > 10);
  }
  TEST_CASE("there may be more initial states than the visited set begins with") {
    Model model;
    add_agent<Lottery>(model, "lottery");
    model.finish();
    const SearchResult result = Search{model, {}}.run();
    CHECK(result.distinct == 5'000);
    CHECK(result.generated == 5'000);
    CHECK(result.terminal == 5'000);
    CHECK(result.depth == 1);
    CHECK(Search{model, {.exact = true}}.run().distinct == 5'000);
  }
  TEST_CASE("a violated state is counted and not expanded") {
    const Model model = opposite_locks();
    // Any first lock is wrong: what comes after is not looked at.
    const Never<Locks<2, 2>> nothing{
        [](const Locks<2, 2>& locks) { return locks.holder[0] != 0 || locks.holder[1] != 0; }};
    const SearchResult result = Search{model, {.judge = &nothing}}.run();
    CHECK(result.distinct == 3);  // the initial state, and two with one lock taken
    CHECK(result.generated == 3);
    CHECK(result.depth == 2);
    CHECK(result.complete);

    const Never<Locks<2, 2>> everything{[](const Locks<2, 2>&) { return true; }};
    const SearchResult none = Search{model, {.judge = &everything}}.run();
    CHECK(none.distinct == 1);
    CHECK(none.depth == 1);
    REQUIRE(none.findings.size() == 1);
    CHECK(none.findings.front().path.empty());
  }
  TEST_CASE("the first violation ends a search that wants one only") {
    const Model model = opposite_locks();
    const Never<Locks<2, 2>> no_deadlock{&Locks<2, 2>::deadlocked};
    const SearchResult result = Search{model, {.judge = &no_deadlock, .first_only = true}}.run();
    CHECK(result.findings.size() == 1);
    CHECK_FALSE(result.complete);
  }
  TEST_CASE("a bound that was reached is no complete search; one that just sufficed is") {
    const Model model = SharedCounter<2>::model();
    const SearchResult exactly = Search{model, {.states_max = 13}}.run();
    CHECK(exactly.distinct == 13);
    CHECK(exactly.complete);
    const SearchResult short_of = Search{model, {.states_max = 12}}.run();
    CHECK(short_of.distinct == 12);
    CHECK_FALSE(short_of.complete);
  }
}

}  // namespace
}  // namespace squall::sim
