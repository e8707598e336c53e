// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/file.hpp"
#include "scenarios/models/chandy_misra.hpp"
#include "scenarios/models/locks.hpp"
#include "scenarios/models/readers_writers.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "scenarios/models/single_copy_register.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "scenarios/untimed.hpp"
#include "sim/explore/parallel_search.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

struct NoDeadlock final : Judge {
  void state(const World& world, Violations& found) const override {
    if (Locks<4, 4>::deadlocked(detail::load_state<Locks<4, 4>>(world, AgentId{0})))
      found.add({.invariant = "deadlock"});
  }
};

std::vector<std::string> texts(const Finding& finding) {
  std::vector<std::string> all{finding.violation.invariant};
  for (const Step& step : finding.path) all.push_back(step.text);
  return all;
}

/// The same states, counts and counterexamples as of one thread that searches by itself.
void same(const Model& model, const SearchOptions& options = {}) {
  const SearchResult alone = Search{model, options}.run();
  for (const unsigned jobs : {1U, 2U, 3U}) {
    CAPTURE(jobs);
    const SearchResult together = search_in_parallel(model, options, jobs);
    CHECK(together.complete == alone.complete);
    CHECK(together.distinct == alone.distinct);
    CHECK(together.generated == alone.generated);
    CHECK(together.terminal == alone.terminal);
    CHECK(together.depth == alone.depth);
    REQUIRE(together.findings.size() == alone.findings.size());
    for (std::size_t f = 0; f < alone.findings.size(); ++f)
      CHECK(texts(together.findings[f]) == texts(alone.findings[f]));
    CHECK(together.undecided == alone.undecided);
  }
}

TEST_SUITE("a search on several threads") {
  TEST_CASE("has the counts of one, for models whose counts others published") {
    same(two_phase_commit::model(3));
    same(two_phase_commit::model(5));
    same(ChandyMisra<5>::model());
    same(ReadersWriters<3>::model());
    same(single_copy_register::model(), {.counting = Counting::actor});
    const Model seven = two_phase_commit::model(7);
    const SearchResult result = search_in_parallel(seven, {}, 2);
    CHECK(result.distinct == 296'448);
    CHECK(result.generated == 2'744'706);
    CHECK(result.complete);
  }
  TEST_CASE("has the counterexamples of one") {
    const NoDeadlock judge;
    same(naive_dining<4>(), {.judge = &judge});
    for (std::uint32_t seed = 0; seed < 30; ++seed) {
      CAPTURE(seed);
      same(testing::Gossip::model(seed, testing::Gossip::none, false, 3));
    }
  }
  TEST_CASE("does so for workflows, their faults and monitors") {
    struct Searched {
      const char* file;
      std::uint32_t faults;
      Timers timers;
    };
    for (const Searched& each :
         {Searched{"feature-team/broken.yaml", 2, Timers::last}, Searched{"feature-team/fixed.yaml", 2, Timers::last},
          Searched{"pending-writes/broken.yaml", 0, Timers::last}, Searched{"thawed-worker/fixed.yaml", 0, Timers::any},
          Searched{"stopped-orchestrator/broken.yaml", 0, Timers::any}}) {
      CAPTURE(each.file);
      const Loaded loaded = load(std::string{SQUALL_SOURCE_DIR "/scenarios/suites/"} + each.file);
      REQUIRE(loaded.ok());
      const faults::Armed may_strike = armed(*loaded.scenario);
      same(loaded.scenario->model, {.fault_budget = each.faults, .faults = &may_strike, .timers = each.timers});
    }
  }
  TEST_CASE("reduces by symmetry as one does") {
    const SharedCounter<3>::Equals equals;
    same(SharedCounter<3>::model(), {.symmetry = &equals});
  }
  TEST_CASE("bounds end it where they end one") {
    const Model model = two_phase_commit::model(5);
    for (const unsigned jobs : {1U, 2U}) {
      const SearchResult states = search_in_parallel(model, {.states_max = 1'000}, jobs);
      CHECK(states.distinct == 1'000);
      CHECK(states.bound == Bound::states);
      const SearchResult depth = search_in_parallel(model, {.depth_max = 4}, jobs);
      CHECK(depth.distinct == Search{model, {.depth_max = 4}}.run().distinct);
      CHECK(depth.bound == Bound::depth);
      const SearchResult stopped = search_in_parallel(model, {.stop = [] { return true; }}, jobs);
      CHECK(stopped.bound == Bound::stopped);
      CHECK_FALSE(stopped.complete);
    }
  }
}

}  // namespace
}  // namespace squall::sim
