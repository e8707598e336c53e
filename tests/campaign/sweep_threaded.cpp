// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "faults/plan.hpp"
#include "scenarios/file.hpp"
#include "scenarios/sweep.hpp"

namespace squall::scenarios {
namespace {

Sweep swept(const Loaded& file, unsigned jobs) {
  std::string trouble, fix;
  auto kinds = sweep_kinds(*file.scenario, {"message-loss", "agent-crash", "agent-pause"}, trouble, fix);
  REQUIRE_MESSAGE(kinds.has_value(), trouble);
  return sweep(*file.scenario, std::move(*kinds), {.pairs = true, .runs_max = 700, .jobs = jobs});
}

std::string lines_of(const Sweep& sweep) { return to_text(faults::Plan{.lines = sweep.lines}); }

}  // namespace

TEST_SUITE("sweep, threaded") {
  TEST_CASE("finds the same on one thread and on several, also where a bound cuts it off") {
    for (const char* suite : {"feature-team/fixed", "w6/w6"}) {
      CAPTURE(suite);
      const Loaded file = load(std::string{SQUALL_SOURCE_DIR "/scenarios/suites/"} + suite + ".yaml");
      REQUIRE(file.ok());
      const Sweep one = swept(file, 1);
      CHECK(one.runs > 100);
      for (const unsigned jobs : {2U, 5U}) {
        const Sweep several = swept(file, jobs);
        CHECK(lines_of(several) == lines_of(one));
        CHECK(several.sets == one.sets);
        CHECK(several.findings == one.findings);
        CHECK(several.runs == one.runs);
        CHECK(several.bound == one.bound);
      }
    }
  }
}

}  // namespace squall::scenarios
