// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "scenarios/comparison.hpp"
#include "scenarios/file.hpp"
#include "scenarios/grid.hpp"
#include "tests/loaded.hpp"
#include "tests/reports/command.hpp"

// Two designs under the same luck.
namespace squall::scenarios {
namespace {

std::vector<std::string> values_of(std::string_view text) {
  std::string trouble, fix;
  const auto axis = grid_axis(text, trouble, fix);
  std::vector<std::string> values;
  if (!axis) return values;
  for (const GridValue& value : axis->values) values.push_back(to_text(value));
  return values;
}

using Values = std::vector<std::string>;

}  // namespace

TEST_SUITE("comparing two designs") {
  TEST_CASE("a design differs from itself in nothing at all") {
    const Loaded one = suite("dead-server/broken.yaml");
    const Comparison same = compare(*one.scenario, *one.scenario, 2, 1, 500);
    CHECK(same.pairs == 500);
    CHECK(same.violated.only_first == 0);
    CHECK(same.violated.only_second == 0);
    CHECK(same.violated.both > 0);
    CHECK(same.first == same.second);
    for (const Paired* paired : {&same.microseconds, &same.messages, &same.effects}) {
      CHECK(paired->difference == 0);
      CHECK(paired->squares == 0);
    }
  }

  TEST_CASE("the remedy of a pair makes its finding go, in the same runs and in no others") {
    const Loaded broken = suite("dead-server/broken.yaml"), fixed = suite("dead-server/fixed.yaml");
    const Comparison pair = compare(*broken.scenario, *fixed.scenario, 1, 1, 1'000);
    CHECK(pair.violated.only_first == pair.first.violated);
    CHECK(pair.violated.both == 0);
    CHECK(pair.violated.only_second == 0);
    // Where nothing strikes, both do the same: common random numbers.
    CHECK(pair.both_well == 1'000 - pair.first.violated);
    CHECK(pair.microseconds.squares == 0);
  }

  TEST_CASE("comes out the same on 1 and 3 threads") {
    const Loaded a = suite("feature-team/broken.yaml"), b = suite("feature-team/fixed.yaml");
    const Comparison one = compare(*a.scenario, *b.scenario, 1, 1, 400),
                     three = compare(*a.scenario, *b.scenario, 3, 1, 400);
    CHECK(one.first == three.first);
    CHECK(one.second == three.second);
    CHECK(one.messages.squares == three.messages.squares);
  }

  TEST_CASE("sums of pairs: 1 -> 4 and 2 -> 1 differ by 3 and -1") {
    Paired paired;
    paired.add(1, 4);
    paired.add(2, 1);
    CHECK(paired.difference == 2);
    CHECK(paired.squares == 10);
    Paired twice = paired;
    twice.add(paired);
    CHECK(twice.pairs == 4);
    CHECK(twice.squares == 20);
  }
}

TEST_SUITE("a grid") {
  TEST_CASE("has values from here to there by a step, or those of a list; the last one says the unit") {
    CHECK(values_of("message-loss=0..20%/5") == Values{"0%", "5%", "10%", "15%", "20%"});
    CHECK(values_of("message-loss=0%..1%/0.5%") == Values{"0%", "0.5%", "1%"});
    CHECK(values_of("message-delay=0s..20s/10s") == Values{"0s", "10s", "20s"});
    CHECK(values_of("agent-crash=0,1,10%") == Values{"0%", "1%", "10%"});
    CHECK(values_of("message-loss=5%") == Values{"5%"});
  }
  TEST_CASE("refuses what is none") {
    for (const char* wrong : {"", "message-loss", "message-loss=", "message-loss=0..20%", "message-loss=0..20%/0",
                              "message-loss=0..5s/1%", "message-loss=20%..0%/5", "message-los=0..20%/5",
                              "message-loss=0s..5s/1s", "message-loss=a", "message-loss=0..100%/0.0001"})
      CHECK_MESSAGE(values_of(wrong).empty(), wrong);
  }
  TEST_CASE("sets the chance of the lines that are there, adds one where there is none, and takes them away at zero") {
    Loaded loaded = suite("feature-team/broken.yaml");  // message-delay 5 %, message-duplicate 1 %
    Scenario& scenario = *loaded.scenario;
    CHECK(set_strength(scenario, "message-duplicate", sim::Probability{200'000}).empty());
    CHECK(scenario.faults.lines.size() == 2);
    CHECK(scenario.faults.lines[1].trigger.chance.ppm == 200'000);
    CHECK(set_strength(scenario, "message-loss", sim::Probability{10'000}).empty());
    CHECK(scenario.faults.lines.size() == 3);
    CHECK(set_strength(scenario, "message-delay", sim::Duration{std::chrono::seconds{3}}).empty());
    CHECK(faults::to_text(scenario.faults.lines[0]) == "message-delay: {chance: 5%, by: 3s}");
    CHECK(set_strength(scenario, "message-loss", sim::Probability{0}).empty());
    CHECK(scenario.faults.lines.size() == 2);
    Runner runner{scenario};
    CHECK(runner.run(sim::Seed{1}).events > 0);
  }
  TEST_CASE("says what a new line lacks") {
    Loaded loaded = suite("lock-order/broken.yaml");
    CHECK(set_strength(*loaded.scenario, "message-delay", sim::Probability{50'000}) ==
          "message-delay: says neither 'by' nor 'times'; see the kind's options");
  }
}

}  // namespace squall::scenarios

namespace squall::reports {

TEST_SUITE("squall compare") {
  TEST_CASE("tells what is gone, what stays and what it costs, alike for any number of threads") {
    const std::string pair = "compare scenarios/suites/dead-server/broken.yaml scenarios/suites/dead-server/fixed.yaml";
    const Ran ran = squall(pair + " --seeds 500 --jobs 1");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find("\nOnly in A:\n  ") != std::string::npos);
    CHECK(ran.output.find("no-orphaned-wait: client waits for an answer\n") != std::string::npos);
    CHECK(ran.output.find("\nIn both:") == std::string::npos);
    CHECK(ran.output.find("  virtual time      A ") != std::string::npos);
    CHECK(squall(pair + " --seeds 500 --jobs 4").output == ran.output);
    const auto json = nlohmann::json::parse(squall(pair + " --seeds 500 --json").output);
    CHECK(json["pairs"] == 500);
    CHECK(json["violated"]["b"] == 0);
    CHECK(json["findings"][0]["fate"] == "gone");
    CHECK(json["virtual_us"]["difference"] == 0);
  }

  TEST_CASE("over a grid: more loss, more failures") {
    const std::string line =
        "compare scenarios/suites/feature-team/fixed.yaml --seeds 300 --grid message-loss=0..20%/10 --grid "
        "message-delay=0s,30s";
    const auto json = nlohmann::json::parse(squall(line + " --json").output);
    REQUIRE(json["cells"].size() == 6);
    CHECK(json["cells"][0]["values"] == nlohmann::json({{"message-loss", "0%"}, {"message-delay", "0s"}}));
    CHECK(json["cells"][0]["sides"][0]["violated"] == 0);
    const double some = json["cells"][2]["sides"][0]["rate"], many = json["cells"][4]["sides"][0]["rate"];
    CHECK(some > 0);
    CHECK(many > some);
    const Ran text = squall(line);
    CHECK(text.exit_status == 0);
    CHECK(text.output.find("message-loss  message-delay  A violated") != std::string::npos);
  }

  TEST_CASE("refuses one design without a grid, three designs, a grid that is none") {
    const std::string file = " scenarios/suites/feature-team/fixed.yaml";
    CHECK(squall("compare" + file).exit_status == 2);
    CHECK(squall("compare" + file + file + file).exit_status == 2);
    CHECK(squall("compare" + file + " --grid message-loss").exit_status == 2);
    CHECK(squall("compare" + file + " --grid message-loss=1% --grid message-loss=2%").exit_status == 2);
    CHECK(squall("compare" + file + file + " --seeds 0").exit_status == 2);
  }
}

}  // namespace squall::reports
