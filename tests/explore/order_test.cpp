// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/models/chandy_misra.hpp"
#include "scenarios/models/locks.hpp"
#include "scenarios/models/readers_writers.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/search.hpp"
#include "sim/trace.hpp"
#include "tests/effort.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

struct NoDeadlock final : Judge {
  void state(const World& world, Violations& found) const override {
    if (Locks<5, 5>::deadlocked(detail::load_state<Locks<5, 5>>(world, AgentId{0})))
      found.add({.invariant = "deadlock"});
  }
};

void same_counts(const Model& model, SearchOptions options = {}) {
  const SearchResult breadth = Search{model, options}.run();
  options.order = Order::depth_first;
  const SearchResult depth = Search{model, options}.run();
  options.exact = true;
  const SearchResult exact = Search{model, options}.run();
  CHECK(depth.complete);
  CHECK(depth.distinct == breadth.distinct);
  CHECK(depth.generated == breadth.generated);
  CHECK(depth.terminal == breadth.terminal);
  CHECK(depth.depth >= breadth.depth);
  CHECK(exact.distinct == breadth.distinct);
  CHECK(depth.findings.size() == breadth.findings.size());
}

TEST_SUITE("depth first") {
  TEST_CASE("finds the states and steps that breadth first finds") {
    same_counts(two_phase_commit::model(3));
    if (thorough) same_counts(two_phase_commit::model(5));
    same_counts(ChandyMisra<5>::model());
    same_counts(ReadersWriters<3>::model());
    for (std::uint32_t seed = 0; seed < effort(12U); ++seed) {
      CAPTURE(seed);
      same_counts(testing::Gossip::model(seed, testing::Gossip::none, false, 3));
    }
  }
  TEST_CASE("its counterexamples lead to the same violation, by as many steps or more") {
    const Model model = naive_dining<5>();
    const NoDeadlock judge;
    const SearchResult breadth = Search{model, {.judge = &judge}}.run();
    const SearchResult depth = Search{model, {.order = Order::depth_first, .judge = &judge}}.run();
    REQUIRE(breadth.findings.size() == 1);
    REQUIRE(depth.findings.size() == 1);
    CHECK(depth.findings.front().path.size() >= breadth.findings.front().path.size());
    CHECK(breadth.findings.front().path.size() == 5);
    Trace nobody{0};
    const World end = retrace({.model = model}, depth.findings.front().begin, depth.findings.front().path, nobody);
    CHECK(Locks<5, 5>::deadlocked(detail::load_state<Locks<5, 5>>(end, AgentId{0})));
  }
  TEST_CASE("a bound that was reached is no complete search") {
    const Model model = two_phase_commit::model(3);
    const SearchResult part = Search{model, {.states_max = 100, .order = Order::depth_first}}.run();
    CHECK(part.distinct == 100);
    CHECK_FALSE(part.complete);
  }
}

}  // namespace
}  // namespace squall::sim
