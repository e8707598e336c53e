// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "sim/invariants/catalogue.hpp"

namespace squall::sim {

TEST_SUITE("the catalogue of invariants") {
  TEST_CASE("each row is whole: a claim that is a sentence, what a witness says, options with a sentence each") {
    std::set<std::string_view> names;
    for (const InvariantRow& row : invariants()) {
      CAPTURE(row.name);
      CHECK(names.insert(row.name).second);
      CHECK_FALSE(row.family.empty());
      CHECK(row.claim.size() > 20);
      CHECK_FALSE(row.claim.ends_with('.'));  // it is printed inside a sentence
      CHECK_FALSE(row.witness.empty());
      for (const InvariantOption& option : row.options) {
        CHECK_FALSE(option.field.name.empty());
        CHECK_FALSE(option.field.about.empty());
        CHECK_FALSE(option.takes.empty());
      }
    }
  }

  TEST_CASE("they stand in their order, and are found by name") {
    std::size_t number = 0;
    for (const InvariantRow& row : invariants()) {
      CHECK(find_invariant(row.name) == &row);
      CHECK(row.initial.index() == number++);
      CHECK(name_of(row.initial) == row.name);
    }
    CHECK(number == std::variant_size_v<Invariant>);
    CHECK(find_invariant("deadlock") == nullptr);
  }

  TEST_CASE("what every workflow is checked for") {
    std::vector<std::string> names;
    for (const Invariant& invariant : default_invariants()) names.emplace_back(name_of(invariant));
    CHECK(names ==
          std::vector<std::string>{"deadlock-freedom", "no-orphaned-wait", "proper-completion", "honest-outcome"});
  }
}

}  // namespace squall::sim
