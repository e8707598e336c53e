// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "scenarios/models/locks.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "sim/explore/search.hpp"
#include "sim/trace.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

/// Philosophers round a table: turning it changes no run.
template <std::uint8_t n>
struct Table final : Symmetry {
  void canonical(World& world) const override {
    using State = Locks<n, n>;
    const auto state = detail::load_state<State>(world, AgentId{0});
    State best = state;
    for (std::uint8_t by = 1; by < n; ++by) {
      State turned = state;  // who sits at p now sits at p + by; so do the forks
      for (std::uint8_t p = 0; p < n; ++p) {
        const auto to = static_cast<std::uint8_t>((p + by) % n);
        turned.steps[to] = state.steps[p];
        turned.holder[to] =
            state.holder[p] == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>((state.holder[p] - 1 + by) % n + 1);
      }
      if (std::memcmp(&turned, &best, sizeof(State)) < 0) best = turned;
    }
    std::memcpy(world.cells(AgentId{0}), &best, sizeof(State));
  }
};

/// Notes which canonical states there are, and which of them are wrong, in whatever search asks it.
template <class State>
class Classes final : public Judge {
 public:
  Classes(const Model& model, const Symmetry& symmetry, bool (*bad)(const State&))
      : content_(model), symmetry_(symmetry), bad_(bad) {}
  void state(const World& world, Violations& found) const override {
    World canonical = world;
    symmetry_.canonical(canonical);
    const std::uint64_t hash = content_.hash(canonical);
    all.insert(hash);
    if (!bad_(detail::load_state<State>(world, AgentId{0}))) return;
    wrong.insert(hash);
    found.add({.invariant = "bad"});
  }
  mutable std::set<std::uint64_t> all, wrong;

 private:
  mutable Content content_;
  const Symmetry& symmetry_;
  bool (*bad_)(const State&);
};

/// The reduced search has exactly the classes of the whole one, and finds the same of them wrong.
template <class State>
void compare(const Model& model, const Symmetry& symmetry, bool (*bad)(const State&)) {
  const Classes<State> whole{model, symmetry, bad}, reduced{model, symmetry, bad};
  const SearchResult unreduced = Search{model, {.judge = &whole}}.run();
  const SearchResult result = Search{model, {.symmetry = &symmetry, .judge = &reduced}}.run();
  CHECK(result.complete);
  CHECK(result.distinct == whole.all.size());
  CHECK(result.distinct < unreduced.distinct);
  CHECK(reduced.all == whole.all);
  CHECK(reduced.wrong == whole.wrong);
  CHECK(result.depth == unreduced.depth);
  REQUIRE(result.findings.size() == unreduced.findings.size());
  for (std::size_t f = 0; f < result.findings.size(); ++f) {
    CHECK(result.findings[f].path.size() == unreduced.findings[f].path.size());
    // The path is one of real states.
    Trace nobody{0};
    const World end = retrace({.model = model}, result.findings[f].begin, result.findings[f].path, nobody);
    CHECK(bad(detail::load_state<State>(end, AgentId{0})));
  }
}

TEST_SUITE("symmetry") {
  TEST_CASE("a shared counter with 2 equal threads has 8 states instead of 13 (Stateright)") {
    const Model model = SharedCounter<2>::model();
    const SharedCounter<2>::Equals equals;
    CHECK(Search{model, {}}.run().distinct == 13);
    CHECK(Search{model, {.symmetry = &equals}}.run().distinct == 8);
    CHECK(Search{model, {.exact = true, .symmetry = &equals}}.run().distinct == 8);
  }
  TEST_CASE("the reduced search says of every class of states what the whole one says") {
    const SharedCounter<2>::Equals two;
    const SharedCounter<3>::Equals three;
    const SharedCounter<4>::Equals four;
    compare(SharedCounter<2>::model(), two, &SharedCounter<2>::lost_update);
    compare(SharedCounter<3>::model(), three, &SharedCounter<3>::lost_update);
    compare(SharedCounter<4>::model(), four, &SharedCounter<4>::lost_update);
    compare(naive_dining<3>(), Table<3>{}, &Locks<3, 3>::deadlocked);
    compare(naive_dining<5>(), Table<5>{}, &Locks<5, 5>::deadlocked);
  }
}

}  // namespace
}  // namespace squall::sim
