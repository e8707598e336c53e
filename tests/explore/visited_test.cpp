// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "sim/draw.hpp"
#include "sim/explore/lately_found.hpp"
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
  TEST_CASE("there is room for what fits before it grows, and no more") {
    Visited visited{4};  // 16 slots, 10 of them
    CHECK(visited.has_room_for(9));
    CHECK_FALSE(visited.has_room_for(10));
    visited.insert(42, Visited::no_place, equal);
    CHECK(visited.has_room_for(8));
    CHECK_FALSE(visited.has_room_for(9));
  }
}

TEST_SUITE("what threads tell each other") {
  TEST_CASE("a state is found for the piece that found it and for those behind it") {
    LatelyFound found;
    CHECK_FALSE(found.holds(42, 7));
    found.note(42, 7);
    CHECK_FALSE(found.holds(42, 6));
    CHECK(found.holds(42, 7));
    CHECK(found.holds(42, 8));
    found.note(42, 3);
    CHECK(found.holds(42, 3));
  }
  TEST_CASE("no state is taken for another one, were they as near as can be") {
    LatelyFound found;
    constexpr std::uint64_t state = 0x1234'5678'9abc'def0;
    found.note(state, 0);
    for (unsigned bit = 0; bit < 64; ++bit) CHECK_FALSE(found.holds(state ^ (std::uint64_t{1} << bit), 0));
    CHECK(found.holds(state, 0));
  }
  TEST_CASE("the latest of two in one place is kept, the other one found again") {
    LatelyFound found;
    found.note(1, 0);
    found.note(2, 0);
    CHECK(found.holds(2, 0));
    CHECK_FALSE(found.holds(1, 0));
  }
  TEST_CASE("a piece with a number beyond the table's tells nothing") {
    LatelyFound found;
    found.note(42, (std::size_t{1} << 20) - 1);
    CHECK_FALSE(found.holds(42, (std::size_t{1} << 20) - 1));
    found.note(42, (std::size_t{1} << 20) - 2);
    CHECK(found.holds(42, (std::size_t{1} << 20) - 1));
  }
}

}  // namespace
}  // namespace squall::sim
