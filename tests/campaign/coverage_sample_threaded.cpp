// SPDX-License-Identifier: Apache-2.0
#include "scenarios/coverage_sample.hpp"

#include <doctest/doctest.h>

#include "scenarios/file.hpp"
#include "tests/effort.hpp"
#include "tests/loaded.hpp"

// What the first runs of a campaign reach, looked at once more.
namespace squall::scenarios {
namespace {

Loaded team() { return suite("feature-team/fixed.yaml"); }

}  // namespace

TEST_SUITE("a sample with coverage") {
  TEST_CASE("is one in 500 runs, but 100 at least and 10,000 at most, and never more than there are") {
    CHECK(coverage_sample_size(7) == 7);
    CHECK(coverage_sample_size(1'000) == 100);
    CHECK(coverage_sample_size(1'000'000) == 2'000);
    CHECK(coverage_sample_size(1'000'000'000) == 10'000);
  }

  TEST_CASE("counts the same whatever the threads") {
    const Loaded file = team();
    const CoverageSample one = sample_coverage(*file.scenario, 1, effort(400U), 1);
    const CoverageSample two = sample_coverage(*file.scenario, 1, effort(400U), 2);
    CHECK(one.runs == two.runs);
    CHECK(one.features == two.features);
    CHECK(one.features != sample_coverage(*file.scenario, 100'001, effort(400U), 2).features);
  }

  TEST_CASE("reaches every kind of feature, and each of them in no more runs than there are") {
    const Loaded file = team();
    const CoverageSample sample = sample_coverage(*file.scenario, 1, 100, 2);
    using faults::Feature;
    for (const Feature kind :
         {Feature::agent_event, Feature::happens_before, Feature::wait_shape, Feature::fault_site}) {
      const faults::Reached reached = faults::reached_in(sample.features, kind);
      CHECK(reached.features > 0);
      CHECK(reached.once <= reached.features);
    }
    for (const auto& [feature, runs] : sample.features) CHECK(runs <= sample.runs);
  }
}

}  // namespace squall::scenarios
