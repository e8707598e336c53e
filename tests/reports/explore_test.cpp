// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/reports/command.hpp"

namespace squall::reports {
namespace {

nlohmann::json explored(const std::string& arguments, int status) {
  const Ran ran = squall("explore " + arguments + " --json");
  CHECK(ran.exit_status == status);
  return nlohmann::json::parse(ran.output);
}

/// A coder and a tester who hear from each other, or would if a message could not be lost.
const char* const review =
    "workflow: review\n"
    "agents:\n"
    "  coder: {do: [{send: {to: tester, topic: patch}}, {receive: verdict}, {finish: success}]}\n"
    "  tester: {on: {patch: [{send: {to: coder, topic: verdict}}]}}\n"
    "faults: [{message-loss: {chance: 1%}}]\n";

}  // namespace

TEST_SUITE("squall explore") {
  TEST_CASE("finds the shortest way to the cycle, and no way where there is none") {
    const auto broken = explored("scenarios/suites/feature-team/broken.yaml --timers last", 1);
    CHECK(broken["verdict"] == "violated");
    CHECK(broken["complete"] == true);
    REQUIRE(broken["findings"].size() == 1);
    CHECK(broken["findings"][0]["invariant"] == "deadlock-freedom");
    CHECK(broken["findings"][0]["reasons"][0] == "the cycle coder -> tester -> docs -> coder");
    CHECK(broken["findings"][0]["path"].size() >= broken["findings"][0]["steps"]);
    const auto fixed = explored("scenarios/suites/feature-team/fixed.yaml --timers last", 0);
    CHECK(fixed["verdict"] == "holds");
    CHECK(fixed["complete"] == true);
    CHECK(fixed["findings"].empty());
    // The coder gives up after five minutes. Untimed, that may come before anything else.
    CHECK(explored("scenarios/suites/feature-team/fixed.yaml", 1)["findings"][0]["invariant"] == "no-orphaned-wait");
  }

  TEST_CASE("faults strike wherever they can, as often as is allowed") {
    const Scratch scratch{"explore"};
    const std::string file = scratch.file("review.yaml", review);
    CHECK(explored(file, 0)["verdict"] == "holds");
    const auto once = explored(file + " --faults 1", 1);
    CHECK(once["findings"][0]["invariant"] == "no-orphaned-wait");
    const auto path = once["findings"][0]["path"];
    CHECK(std::ranges::any_of(path,
                              [](const auto& line) { return line.template get<std::string>().ends_with("is lost"); }));
  }

  TEST_CASE("the story of a way there names the fault that an operation was struck by, and so does its replay") {
    const Scratch scratch{"explore-struck"};
    const std::string file = scratch.file("note.yaml",
                                          "workflow: note\n"
                                          "context: {n: {initial: 0}}\n"
                                          "agents: {ann: {do: [{write: {key: n, value: 1}}]}}\n"
                                          "check: [no-lost-update]\n"
                                          "faults: [{lost-write: {key: n, chance: 1%}}]\n");
    const Ran ran = squall("explore " + file + " --faults 1 --out " + scratch.path("found"));
    CHECK(ran.exit_status == 1);
    CHECK(ran.output.find("These faults strike:\n  - lost-write, at event 1: ann goes on\n") != std::string::npos);
    const std::string line = ran.output.substr(ran.output.find("squall replay ") + 14);
    const Ran replayed = squall("replay " + line.substr(0, line.find('\n')));
    CHECK(replayed.output.find("Faults that struck:\n  - lost-write, at event 1: ann goes on\n") != std::string::npos);
    // Without any fault that is said, too.
    CHECK(squall("explore scenarios/suites/feature-team/broken.yaml --faults 1 --first --timers last")
              .output.find("It needs no fault: the order does it.") != std::string::npos);
  }

  TEST_CASE("a bound that was reached proves nothing") {
    for (const char* bound : {"--states 5", "--depth 3"}) {
      CAPTURE(bound);
      const auto part = explored(std::string{"scenarios/suites/feature-team/fixed.yaml --timers last "} + bound, 4);
      CHECK(part["verdict"] == "unknown");
      CHECK(part["complete"] == false);
    }
    const Ran told = squall("explore scenarios/suites/feature-team/fixed.yaml --states 5");
    CHECK(told.output.find("That is not all: there are more than were asked for (--states).") != std::string::npos);
  }

  TEST_CASE("whole states and fingerprints count the same") {
    const auto quick = explored("scenarios/suites/feature-team/fixed.yaml --timers last", 0);
    const auto exact = explored("scenarios/suites/feature-team/fixed.yaml --timers last --exact", 0);
    CHECK(quick["distinct"] == exact["distinct"]);
    CHECK(quick["generated"] == exact["generated"]);
  }

  TEST_CASE("a promise that an endless run breaks is told as a way there and a round") {
    const Scratch scratch{"endless"};
    const std::string poll =
        "workflow: poll\nagents:\n"
        "  a: {do: [{repeat: [{sleep: 1s}], while: \"true\"}, {emit: done}]}\n"
        "  b: {do: [{work: 1s}, {emit: ready}]}\n"
        "check: [{eventually: {emitted: done}}, {eventually: {emitted: ready}, name: b-comes}]\n";
    const std::string file = scratch.file("poll.yaml", poll);
    const auto endless = explored(file + " --out " + scratch.path("found"), 1);
    CHECK(endless["fairness"] == "weak");
    REQUIRE(endless["findings"].size() == 1);  // b comes, since it can act all the time
    CHECK(endless["findings"][0]["invariant"] == "eventually");
    CHECK_FALSE(endless["findings"][0]["loop"].is_null());
    const Ran told = squall("explore " + file);
    CHECK(told.output.find("And then, again and again, ") != std::string::npos);
    CHECK(told.output.find("whoever can act all the time acts some time") != std::string::npos);
    const Ran replayed = squall("replay " + endless["findings"][0]["case"].get<std::string>());
    CHECK(replayed.exit_status == 1);
    CHECK(replayed.output.find("From here on again and again:") != std::string::npos);
    // Without fairness b may never come.
    CHECK(explored(file + " --fairness none", 1)["findings"].size() == 2);
    const std::string good = scratch.file("good.yaml",
                                          "workflow: good\nagents:\n  b: {do: [{work: 1s}, {emit: ready}]}\n"
                                          "check: [{eventually: {emitted: ready}}]\n");
    CHECK(squall("explore " + good).output.find("Of endless runs those count") != std::string::npos);
  }

  TEST_CASE("neither the order nor the number of threads changes what there is") {
    const std::string file = "scenarios/suites/pending-writes/broken.yaml --timers last";
    const auto breadth = explored(file, 1), depth = explored(file + " --order dfs", 1),
               shared = explored(file + " --jobs 3", 1);
    CHECK(depth["distinct"] == breadth["distinct"]);
    CHECK(depth["generated"] == breadth["generated"]);
    CHECK(shared["distinct"] == breadth["distinct"]);
    CHECK(shared["findings"] == breadth["findings"]);
  }

  TEST_CASE("what it cannot take") {
    CHECK(squall("explore scenarios/suites/feature-team/fixed.yaml --order dfs --depth 3").exit_status == 2);
    CHECK(squall("explore scenarios/suites/feature-team/fixed.yaml --fairness strong").errors ==
          "error: 'strong' does not say which endless runs count\n  fix: write weak (whoever can act all the time acts "
          "some time) or none (all)\n");
    CHECK(squall("explore scenarios/suites/feature-team/fixed.yaml --faults many").errors ==
          "error: --faults takes a whole number, not 'many'\n  fix: write one from 0 to 1000\n");
    CHECK(squall("explore nowhere.yaml").exit_status == 2);
  }

  TEST_CASE("symmetry and partial-order reduction say what they leave out, and why not where they cannot") {
    const auto says = [](const std::string& text, const std::string& part) {
      return text.find(part) != std::string::npos;
    };
    const std::string parts = "explore scenarios/suites/mast-3-1-premature-end/fixed.yaml --timers last";
    const Ran both = squall(parts + " --symmetry --reduce por");
    CHECK(both.exit_status == 0);
    CHECK(
        says(both.output, "States count as one where they differ only in which is which of equals: the 3 of worker."));
    CHECK(says(both.output, "of them only one agent's events were looked at"));
    CHECK(says(both.output, "--symmetry --reduce por\n"));
    const auto count = [&](const std::string& options) {
      return nlohmann::json::parse(squall(parts + options + " --json").output);
    };
    const nlohmann::json whole = count(""), equals = count(" --symmetry"), orders = count(" --reduce por");
    CHECK(whole["symmetry"].is_null());
    CHECK(whole["reduction"].is_null());
    CHECK(equals["symmetry"]["equals"]["worker"] == 3);
    CHECK(equals["distinct"] < whole["distinct"]);
    CHECK(orders["reduction"]["reduced"] > 0);
    CHECK(orders["distinct"] < whole["distinct"]);
    CHECK(equals["distinct"] ==
          nlohmann::json::parse(squall(parts + " --symmetry --jobs 2 --json").output)["distinct"]);

    const std::string jobs =
        squall("explore scenarios/suites/visibility-timeout/broken.yaml --timers last --symmetry --reduce por").output;
    CHECK(says(jobs, "Members of worker are not taken for equals: they take from queue jobs in turn."));
    CHECK(says(jobs, "No order was left out (--reduce por): messages that were not acknowledged come again."));
    CHECK(says(squall("explore scenarios/suites/lock-order/broken.yaml --symmetry").output,
               "No agents are equals: none has replicas (--symmetry)."));
    CHECK(says(squall("explore scenarios/suites/lock-order/broken.yaml --reduce all").errors, "write por"));
    CHECK(squall("explore scenarios/suites/lock-order/broken.yaml --reduce por --jobs 2").exit_status == 2);
    CHECK(squall("explore scenarios/suites/lock-order/broken.yaml --reduce por --depth 9").exit_status == 2);
  }
}

}  // namespace squall::reports
