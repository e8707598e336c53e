// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/file.hpp"
#include "tests/loaded.hpp"

using namespace squall;
using namespace squall::scenarios;

namespace {

/// The first seed whose runs differ; nothing where all thousand are the same.
std::optional<std::uint64_t> first_difference(const Scenario& file, const Scenario& code) {
  Runner from_file{file}, from_code{code};
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    if (from_file.run(sim::Seed{seed}).digest != from_code.run(sim::Seed{seed}).digest) return seed;
  }
  return std::nullopt;
}

}  // namespace

TEST_SUITE("a file and the builder make the same programs") {
  TEST_CASE("the feature team") {
    const Loaded file = suite("feature-team/broken.yaml");
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    CHECK(first_difference(*file.scenario, *builtin("feature-team")) == std::nullopt);
  }

  TEST_CASE("the feature team, changed by an extending file") {
    const Loaded file = suite("feature-team/fixed.yaml");
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    CHECK(first_difference(*file.scenario, *builtin("feature-team-fixed")) == std::nullopt);
  }

  TEST_CASE("W6") {
    const Loaded file = suite("w6/w6.yaml");
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    CHECK(first_difference(*file.scenario, *builtin("w6")) == std::nullopt);
  }
}
