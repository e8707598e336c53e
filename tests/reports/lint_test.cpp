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
        R"(scenarios/suites/feature-team/broken.yaml:19:9: error: coder/receive report: no run gets past these waits (L25 wait-cycle)
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
    CHECK(result["findings"][0]["id"] == "L25");
    CHECK(result["findings"][0]["rule"] == "wait-cycle");
    CHECK(result["findings"][0]["level"] == "error");
    CHECK_FALSE(result["findings"][0].contains("witness"));
    CHECK(result["findings"][1]["evidence"][0]["thread"] == "modelcontextprotocol/python-sdk#1577");
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

  TEST_CASE("says where such things were seen") {
    const Ran ran = squall("lint scenarios/suites/lock-order/broken.yaml");
    CHECK(ran.output.find("\nseen before in\n"
                          "  L08 B25: modelcontextprotocol/python-sdk#1577\n"
                          "  L16 B21: apache/airflow#23361\n\n"
                          "0 certain, 5 to look at\n") != std::string::npos);
  }
  TEST_CASE("--witness: the run that shows it, or the word suspicion; 1 where one does") {
    const Ran ran = squall("lint --witness scenarios/suites/lock-order/broken.yaml");
    CHECK(ran.exit_status == 1);
    CHECK(ran.output.starts_with(
        R"(scenarios/suites/lock-order/broken.yaml:15:9: error: scheduler/acquire tasks: these may wait for each other, each holding what another wants (L16 lock-order)
   15 |       - acquire: tasks
      |         ^~~~~~~
    scheduler/acquire tasks takes tasks while it may hold run
    mini/acquire run takes run while it may hold tasks
  fix: take them in one order everywhere
  shown by seed 10: deadlock-freedom is violated
    the cycle mini -> scheduler -> mini, closed at )"));
    CHECK(ran.output.find("  to see it: squall run scenarios/suites/lock-order/broken.yaml --seed 10\n") !=
          std::string::npos);
    const Ran none = squall("lint --witness scenarios/suites/two-pollers/fixed.yaml --seeds 1");
    CHECK(none.output.find("  a suspicion: none of ") != std::string::npos);
  }
  TEST_CASE("--out: a case for each, which plays to the same violation") {
    const std::string folder = shell_file("cases");
    std::filesystem::remove_all(folder);
    const Ran ran =
        squall("lint --witness --json --out '" + folder + "' scenarios/suites/visibility-timeout/fixed.yaml");
    CHECK(ran.exit_status == 1);
    const auto result = nlohmann::json::parse(ran.output);
    REQUIRE(result["findings"].size() == 1);
    const auto& witness = result["findings"][0]["witness"];
    CHECK(witness["shown"] == true);
    CHECK(witness["plan"].size() == 1);
    const std::string path = folder + "/L09-retried-effect-without-key-1.yaml";
    CHECK(witness["replay"] == "squall run " + path);
    const Ran again = squall("run '" + path + "'");
    CHECK(again.exit_status == 1);
    CHECK(again.output.find("Violated: exactly-once") != std::string::npos);
    CHECK(squall("test '" + path + "'").exit_status == 0);
    std::filesystem::remove_all(folder);
    const Ran refused = squall("lint --out x scenarios/suites/visibility-timeout/fixed.yaml");
    CHECK(refused.exit_status == 2);
    CHECK(refused.errors == "error: --seeds and --out are about runs that show what was found\n  fix: add --witness\n");
  }
  TEST_CASE("--sarif: a rule with what it means and where it was seen, a result at its line") {
    const std::string path = shell_file("sarif");
    CHECK(squall("lint --witness --sarif '" + path + "' scenarios/suites/late-guard/broken.yaml").exit_status == 1);
    const auto sarif = nlohmann::json::parse(file_text(path));
    const auto& rule = sarif["runs"][0]["tool"]["driver"]["rules"][0];
    CHECK(rule["id"] == "L19/guard-beside-effect");
    CHECK(rule["name"] == "guard-beside-effect");
    CHECK(rule["shortDescription"]["text"] == "a guard and what it guards begin at once.");
    CHECK(rule["helpUri"] == "https://github.com/openai/openai-agents-python/issues/624");
    CHECK(rule["properties"]["evidence"][0] == "B65 openai/openai-agents-python#624");
    const auto& finding = sarif["runs"][0]["results"][0];
    CHECK(finding["ruleId"] == "L19/guard-beside-effect");
    CHECK(finding["level"] == "error");
    CHECK(finding["properties"]["witness"] == "shown");
    CHECK(finding["locations"][0]["physicalLocation"]["region"]["startLine"] == 20);
    std::filesystem::remove(path);
  }
}

}  // namespace squall::reports
