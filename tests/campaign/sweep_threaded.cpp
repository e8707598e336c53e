// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "reports/sweep_report.hpp"
#include "scenarios/file.hpp"
#include "scenarios/sweep.hpp"

namespace squall::scenarios {
namespace {

std::string told(const Loaded& file, unsigned jobs) {
  std::string trouble, fix;
  auto kinds = sweep_kinds(*file.scenario, {"message-loss", "agent-crash", "agent-pause"}, trouble, fix);
  REQUIRE_MESSAGE(kinds.has_value(), trouble);
  const Sweep found = sweep(*file.scenario, std::move(*kinds), {.pairs = true, .runs_max = 700, .jobs = jobs});
  return reports::sweep_json({*file.scenario, found, 1, "run", "sweep"});
}

}  // namespace

TEST_SUITE("sweep, threaded") {
  TEST_CASE("finds the same on one thread and on several, also where a bound cuts it off") {
    for (const char* suite : {"feature-team/fixed", "w6/w6"}) {
      CAPTURE(suite);
      const Loaded file = load(std::string{SQUALL_SOURCE_DIR "/scenarios/suites/"} + suite + ".yaml");
      REQUIRE(file.ok());
      const std::string one = told(file, 1);
      for (const unsigned jobs : {2U, 5U}) CHECK(told(file, jobs) == one);
    }
  }
}

}  // namespace squall::scenarios
