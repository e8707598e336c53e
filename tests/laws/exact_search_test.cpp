// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "sim/explore/search.hpp"
#include "tests/effort.hpp"
#include "tests/laws/zoo.hpp"

/// A fingerprint stands for a state only if equal states have equal ones, whichever way they were reached, and different
/// states different ones. Searches that compare whole encodings say whether that holds.
namespace squall::laws {
namespace {

TEST_SUITE("exact search") {
  TEST_CASE("fingerprints and whole encodings agree on what is one state") {
    const std::uint64_t states = effort(5'000);
    for (const Subject& subject : zoo()) {
      CAPTURE(subject.name);
      const sim::SearchResult by_fingerprint = sim::Search{subject.model, {.states_max = states}}.run();
      const sim::SearchResult exact = sim::Search{subject.model, {.exact = true, .states_max = states}}.run();
      CHECK(exact.collisions == 0);
      CHECK(by_fingerprint.distinct == exact.distinct);
      CHECK(by_fingerprint.generated == exact.generated);
      CHECK(by_fingerprint.terminal == exact.terminal);
      CHECK(by_fingerprint.depth == exact.depth);
      CHECK(by_fingerprint.complete == exact.complete);
      CHECK(by_fingerprint.distinct > 50);
    }
  }
}

}  // namespace
}  // namespace squall::laws
