// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>

#include "scenarios/models/locks.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "sim/explore/uniform_walk.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

constexpr std::uint32_t walks = 40'000;

/// Walks to the end under that many seeds; how many ended badly.
template <class State>
std::uint32_t bad_walks(const Model& model, bool (*bad)(const State&)) {
  UniformWalk walk{{.model = model}};
  std::uint32_t found = 0;
  for (std::uint32_t seed = 0; seed < walks; ++seed) {
    const UniformWalk::Result result = walk.run(Seed{seed}, 1'000);
    REQUIRE(result.ended);
    found += bad(detail::load_state<State>(walk.world(), AgentId{0})) ? 1 : 0;
  }
  return found;
}

/// Whether `probability` lies in the Wilson score interval (Wilson, 1927) of `found` of `walks`, at 4 standard deviations:
/// a right one fails once in 16,000 times, and these seeds are fixed.
bool agrees(std::uint32_t found, double probability) {
  const double z = 4, n = walks, rate = found / n;
  const double middle = (rate + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  MESSAGE("measured " << rate << ", expected " << probability << ", interval " << middle - half << " to "
                      << middle + half);
  return middle - half <= probability && probability <= middle + half;
}

TEST_SUITE("a uniform choice among the enabled") {
  TEST_CASE("loses an update of two threads with probability 1/2, of three with 5/6") {
    CHECK(agrees(bad_walks<SharedCounter<2>>(SharedCounter<2>::model(), &SharedCounter<2>::lost_update), 1.0 / 2));
    CHECK(agrees(bad_walks<SharedCounter<3>>(SharedCounter<3>::model(), &SharedCounter<3>::lost_update), 5.0 / 6));
  }
  TEST_CASE("deadlocks two locks in opposite order with probability 1/2") {
    CHECK(agrees(bad_walks<Locks<2, 2>>(opposite_locks(), &Locks<2, 2>::deadlocked), 1.0 / 2));
  }
  TEST_CASE("deadlocks three naive philosophers with probability 1/3") {
    CHECK(agrees(bad_walks<Locks<3, 3>>(naive_dining<3>(), &Locks<3, 3>::deadlocked), 1.0 / 3));
  }
  TEST_CASE("the same seed walks the same way") {
    const Model model = naive_dining<5>();
    UniformWalk first{{.model = model}}, second{{.model = model}};
    Content content{model};
    first.run(Seed{99}, 1'000);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CHECK(first.run(Seed{seed}, 7).steps == second.run(Seed{seed}, 7).steps);
      CHECK(content.hash(first.world()) == content.hash(second.world()));
    }
  }
}

}  // namespace
}  // namespace squall::sim
