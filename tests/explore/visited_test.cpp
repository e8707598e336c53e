// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "sim/draw.hpp"
#include "sim/explore/visited.hpp"

namespace squall::sim {
namespace {

constexpr auto equal = [](Visited::Place) { return true; };

TEST_SUITE("visited set") {
  TEST_CASE("growth keeps every fingerprint, and each one's parent") {
    Visited visited{4};
    std::map<std::uint64_t, Visited::Place> place_of;
    std::map<std::uint64_t, std::uint64_t> parent_of;  // by fingerprint; 0: none
    std::uint64_t last = 0;
    for (std::uint64_t n = 0; n < 5'000; ++n) {
      if (visited.full()) {
        const std::vector<Visited::Place> moved = visited.grow();
        for (auto& [fingerprint, place] : place_of) place = moved[place];
      }
      // Every third one crowds at the end of the table, so that probing wraps around.
      const std::uint64_t fingerprint = n % 3 == 0 ? ~std::uint64_t{0} - n : moremur(n + 1);
      const Visited::Place parent = last == 0 ? Visited::no_place : place_of[last];
      const auto [place, is_new] = visited.insert(fingerprint, parent, equal);
      REQUIRE(is_new);
      place_of[fingerprint] = place;
      parent_of[fingerprint] = last;
      last = n % 7 == 0 ? fingerprint : last;
    }
    CHECK(visited.size() == 5'000);
    CHECK(visited.capacity() * 5 >= 5'000 * 8);
    for (const auto& [fingerprint, place] : place_of) {
      REQUIRE(visited.fingerprint(place) == fingerprint);
      const std::uint64_t parent = parent_of[fingerprint];
      REQUIRE(visited.parent(place) == (parent == 0 ? Visited::no_place : place_of[parent]));
    }
  }
  TEST_CASE("a known fingerprint is found where it is, and its parent stays") {
    Visited visited;
    const auto [place, is_new] = visited.insert(42, Visited::no_place, equal);
    CHECK(is_new);
    const auto [again, is_new_again] = visited.insert(42, place, equal);
    CHECK(again == place);
    CHECK_FALSE(is_new_again);
    CHECK(visited.parent(place) == Visited::no_place);
    CHECK(visited.size() == 1);
  }
  TEST_CASE("different states with one fingerprint are two, where somebody can tell them apart") {
    Visited visited;
    const auto [first, new_first] = visited.insert(42, Visited::no_place, equal);
    const auto [second, new_second] = visited.insert(42, first, [](Visited::Place) { return false; });
    CHECK(new_first);
    CHECK(new_second);
    CHECK(first != second);
    CHECK(visited.size() == 2);
  }
}

}  // namespace
}  // namespace squall::sim
