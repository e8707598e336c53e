// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/reports/command.hpp"

// `squall lint`.
namespace squall::reports {

TEST_SUITE("squall lint") {
  TEST_CASE("names the cycle of the broken team before any run, with 1") {
    const Ran ran = squall("lint scenarios/suites/feature-team/broken.yaml");
    CHECK(ran.exit_status == 1);
    CHECK(ran.errors.empty());
    CHECK(ran.output.starts_with(
        R"(scenarios/suites/feature-team/broken.yaml:19:9: error: coder/receive report: no run gets past these waits (wait-cycle)
   19 |       - receive: report
      |         ^~~~~~~
    coder/receive report needs report of tester, which sends it only after tester/inputs
    tester/inputs needs docs of docs, which sends it only after docs/receive code
    docs/receive code needs code of coder, which sends it only after coder/receive report
  fix: let one of them send before it waits, or not wait for it
)"));
    CHECK(ran.output.ends_with("\n1 certain, 4 to look at\n"));
  }
  TEST_CASE("has only notes about the team that is well, with 0") {
    const Ran ran = squall("lint scenarios/suites/feature-team/fixed.yaml");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.ends_with("\n0 certain, 4 to look at\n"));
  }
  TEST_CASE("--json, and a file that cannot be read") {
    const auto result = nlohmann::json::parse(squall("lint --json scenarios/suites/feature-team/broken.yaml").output);
    REQUIRE(result["findings"].size() == 5);
    CHECK(result["findings"][0]["rule"] == "wait-cycle");
    CHECK(result["findings"][0]["certain"] == true);
    CHECK(result["findings"][0]["file"] == "scenarios/suites/feature-team/broken.yaml");
    CHECK(result["findings"][0]["line"] == 19);
    CHECK(result["findings"][0]["column"] == 9);
    CHECK(result["findings"][0]["reasons"].size() == 3);
    CHECK(result["findings"][1]["rule"] == "unbounded-wait");
    const Ran missing = squall("lint nowhere.yaml");
    CHECK(missing.exit_status == 2);
    CHECK(missing.output.empty());
  }
}

}  // namespace squall::reports
