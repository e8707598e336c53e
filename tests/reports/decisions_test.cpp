// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/reports/command.hpp"

/// Decisions of untimed runs: written by searches and strategies, played by everything that plays a case.
namespace squall::reports {
namespace {

using nlohmann::json;

json told(const std::string& arguments, int status) {
  const Ran ran = squall(arguments + " --json");
  CHECK_MESSAGE(ran.exit_status == status, arguments << ran.errors);
  return json::parse(ran.output);
}

/// Explores a workflow of this text into a folder, and returns the path of the only case that is written.
std::string explored_case(const Scratch& scratch, const std::string& text, const std::string& options) {
  const std::string file = scratch.file("workflow.yaml", text);
  const auto found = told("explore " + file + " --out " + scratch.path("found") + " " + options, 1);
  REQUIRE(found["findings"].size() == 1);
  return found["findings"][0]["case"];
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Who is read first decides: two writers and a reader who takes what is there.
std::string race(const std::string& more_of_b) {
  return "workflow: race\n"
         "agents:\n"
         "  a: {do: [{send: {to: c, topic: x}}]}\n"
         "  b: {do: [" +
         more_of_b +
         "{send: {to: c, topic: y}}]}\n"
         "  c: {do: [{receive: {any: [x, y]}, as: first}, {if: \"first.topic == 'y'\", then: [{emit: late}]}, "
         "{receive: {any: [x, y]}}]}\n"
         "check: [{never: {emitted: late}}]\n";
}

}  // namespace

TEST_SUITE("decisions of an untimed run") {
  TEST_CASE("a counterexample is a case that every command tells like any other finding") {
    const Scratch scratch{"decisions"};
    const std::string path = explored_case(scratch, race(""), "");
    CHECK(contains(file_text(path), "schedule:\n  events:\n    - "));
    CHECK(contains(file_text(path), "expect: {violates: never}\n"));
    CHECK(contains(file_text(path.substr(0, path.rfind('/')) + "/story.txt"), "Violated: never"));

    const auto run = told("run " + path, 1);
    CHECK(run["verdict"] == "violated");
    CHECK(run["violations"][0]["invariant"] == "never");
    CHECK(run["followed"] == run["decisions"]);
    CHECK(run["divergence"].is_null());
    for (const auto& event : run["path"]) CHECK(event["by"] == "decision");
    CHECK(told("replay " + path, 1) == [&] {
      auto same = run;
      same["replay"] = "squall replay " + path;
      return same;
    }());
    const Ran replayed = squall("replay " + path);
    CHECK(contains(replayed.output, "Played again: the same digest, " + run["digest"].get<std::string>()));
    CHECK(contains(replayed.output, "decisions were followed."));
    const Ran explained = squall("explain " + path);
    CHECK(explained.exit_status == 0);
    CHECK(contains(explained.output, "no fault: the order does it"));
    CHECK(contains(explained.output, "something else could have come instead"));
    CHECK(squall("test " + path).output.find("1 passed, 0 failed") != std::string::npos);
    CHECK(squall("keep " + path + " " + scratch.folder() + " --red").exit_status == 0);
  }

  TEST_CASE("faults that struck are decisions as well") {
    const Scratch scratch{"decided-faults"};
    const std::string path = explored_case(scratch,
                                           "workflow: loss\nagents:\n"
                                           "  a: {do: [{send: {to: b, topic: x}}]}\n"
                                           "  b: {do: [{receive: x}, {finish: success}]}\n"
                                           "check: [no-orphaned-wait]\nfaults: [{message-loss: {chance: 1%}}]\n",
                                           "--faults 1");
    CHECK(contains(file_text(path), "message-loss of a -> b x\""));
    const auto run = told("run " + path, 1);
    REQUIRE(run["faults"].size() == 1);
    CHECK(run["faults"][0]["kind"] == "message-loss");
    CHECK(run["faults"][0]["plan"] == "message-loss of a -> b x");
  }

  TEST_CASE("they survive a step that was put in, and one that was taken out") {
    const Scratch scratch{"survives"};
    const std::string path = explored_case(scratch, race("{work: 1s}, "), "");
    const std::string workflow = path.substr(0, path.rfind('/')) + "/workflow.yaml";
    const auto played_over = [&](const std::string& text) {
      scratch.file(workflow.substr(scratch.folder().size() + 1), text);
      return told("run " + path, 1);
    };
    const auto longer = played_over(race("{work: 1s}, {sleep: 1s}, {work: 2s}, "));
    CHECK(longer["divergence"].is_null());
    CHECK(longer["followed"] == longer["decisions"]);
    CHECK(std::ranges::any_of(longer["path"], [](const auto& event) { return event["by"] == "detour"; }));
    const auto shorter = played_over(race(""));
    CHECK(shorter["divergence"].is_null());
    CHECK(shorter["followed"] < shorter["decisions"]);
    CHECK(contains(squall("run " + path).output, "fell away: there is no such step any more"));
  }

  TEST_CASE("where they lead nowhere any more that is said, and the run goes on freely") {
    const Scratch scratch{"diverges"};
    const std::string path = explored_case(scratch, race(""), "");
    const std::string workflow = path.substr(0, path.rfind('/') + 1).substr(scratch.folder().size() + 1);
    scratch.file(workflow + "workflow.yaml",
                 "workflow: race\nagents:\n  a: {do: [{send: {to: c, topic: x}}]}\n"
                 "  c: {do: [{receive: x}]}\ncheck: [{never: {emitted: late}}]\n");
    CHECK(squall("run " + path).exit_status == 2);  // nobody emits `late` any more: said by the reader
    scratch.file(
        workflow + "workflow.yaml",
        "workflow: race\nagents:\n  a: {do: [{send: {to: c, topic: x}}]}\n"
        "  c: {do: [{receive: x}, {if: \"false\", then: [{emit: late}]}]}\ncheck: [{never: {emitted: late}}]\n");
    const auto run = told("run " + path, 0);
    CHECK(run["verdict"] == "holds");
    CHECK(contains(run["divergence"], "cannot happen; what can: 'a goes on'"));
    CHECK(run["path"].back()["by"] == "draw");
    const Ran judged = squall("test " + path);
    CHECK(judged.exit_status == 1);
    CHECK(contains(judged.output, "the run is not the one that was decided on: at decision "));
  }

  TEST_CASE("what plays seeds or searches has no use for them, and says so") {
    const Scratch scratch{"no-use"};
    const std::string path = scratch.file("case.yaml", race("") + "schedule: {events: [a goes on]}\n");
    for (const char* command : {"fuzz --seeds 3", "sweep", "explore"}) {
      CAPTURE(command);
      const Ran ran = squall(std::string{command} + " " + path);
      CHECK(ran.exit_status == 2);
      CHECK(contains(ran.errors, "holds the decisions of one untimed run"));
    }
    CHECK(squall("run " + path + " --strategy walk").exit_status == 2);
  }

  TEST_CASE("shrink leaves only the decisions that lead to what is violated") {
    const Scratch scratch{"shrink-decisions"};
    const std::string file = scratch.file("race.yaml", race(""));
    const auto found = told("explore " + file + " --order dfs --out " + scratch.path("cases"), 1);
    REQUIRE_FALSE(found["findings"].empty());
    const std::string path = found["findings"][0]["case"];
    const std::string out = scratch.path("cases") + "/smaller.yaml";
    const Ran shrunk = squall("shrink " + path + " --out " + out);
    CHECK(shrunk.exit_status == 0);
    CHECK(contains(shrunk.output, "without any one of them it is gone"));
    CHECK(contains(squall("shrink " + path + " --signature 0x1").errors, "nothing with this signature"));
    CHECK(squall("shrink " + path + " --runs none").exit_status == 2);
    CHECK(told("run " + out, 1)["violations"][0]["signature"] == "0x" + std::string{found["findings"][0]["signature"]});
  }
}

TEST_SUITE("squall fuzz --strategy") {
  TEST_CASE("what a strategy finds is replayed by its seed, and its decisions are a case") {
    const Scratch scratch{"strategies"};
    const std::string file = scratch.file("race.yaml", race(""));
    for (const std::string strategy : {"pct:2", "walk", "pos", "uniform"}) {
      CAPTURE(strategy);
      const auto found = told(fmt::format("fuzz {} --seeds 300 --strategy {}", file, strategy), 1);
      REQUIRE(found["findings"].size() == 1);
      const auto& finding = found["findings"][0];
      CHECK(finding["rate"].get<double>() > 0.05);
      CHECK(finding["rate"].get<double>() < 0.95);
      CHECK(contains(finding["replay"], "--strategy " + strategy));
      const std::string replay = finding["replay"];
      const auto again = told(replay.substr(replay.find(' ') + 1), 1);
      CHECK(again["violations"][0]["signature"] == finding["signature"]);
      const std::string path = scratch.file("case.yaml", finding["case_text"]);
      const auto decided = told("run " + path, 1);
      // The case holds only what the violation needs.
      CHECK(decided["violations"][0]["signature"] == finding["signature"]);
      CHECK(decided["events"] <= again["events"]);
    }
  }

  TEST_CASE("a portfolio is timed and untimed runs; each finding is replayed by what found it") {
    const Scratch scratch{"portfolio"};
    const std::string file = scratch.file("race.yaml", race(""));
    const auto found = told("fuzz " + file + " --seeds 300 --strategy portfolio", 1);
    REQUIRE(found["findings"].size() == 1);
    const std::string replay = found["findings"][0]["replay"];
    CHECK(told(replay.substr(replay.find(' ') + 1), 1)["violations"][0]["signature"] ==
          found["findings"][0]["signature"]);
  }

  TEST_CASE("a campaign on disk keeps what it was played with, and its findings are cases") {
    const Scratch scratch{"strategy-campaign"};
    const std::string file = scratch.file("race.yaml", race(""));
    const std::string options = " --seeds 300 --shard-size 100 --strategy portfolio --timers last --out ";
    const auto whole = told("fuzz " + file + options + scratch.path("whole"), 1);
    REQUIRE(whole["findings"].size() == 1);
    CHECK(whole["digest"] == told("fuzz " + file + " --seeds 300 --strategy portfolio --timers last", 1)["digest"]);
    const std::string path = whole["findings"][0]["case"];
    CHECK(squall("test " + path).exit_status == 0);
    CHECK(squall("replay " + path).exit_status == 1);
    // In three parts, added up: the same campaign, byte by byte.
    for (const char* part : {"1/3", "2/3", "3/3"})
      squall(fmt::format("fuzz {}{}{} --shard {}", file, options, scratch.path("parts"), part));
    CHECK(squall("merge " + scratch.path("parts") + " --out " + scratch.path("parts")).exit_status == 1);
    const std::string name = path.substr(scratch.path("whole").size());
    CHECK(file_text(scratch.path("parts") + name) == file_text(path));
    CHECK(file_text(scratch.path("parts") + "/campaign.json") == file_text(scratch.path("whole") + "/campaign.json"));
    // Another strategy is another campaign.
    CHECK(contains(squall("fuzz " + file + " --seeds 5 --strategy walk --out " + scratch.path("whole")).errors,
                   "strategy portfolio"));
  }

  TEST_CASE("without one nothing is different from before") {
    const Scratch scratch{"timed"};
    const std::string file = scratch.file("race.yaml", race(""));
    auto plain = told("fuzz " + file + " --seeds 50", 1),
         random = told("fuzz " + file + " --seeds 50 --strategy random", 1);
    CHECK(plain["digest"] == random["digest"]);
    CHECK(plain["findings"] == random["findings"]);
  }

  TEST_CASE("what it cannot take") {
    const auto errors = [](const std::string& options) {
      return squall("fuzz scenarios/suites/feature-team/broken.yaml --seeds 5 " + options).errors;
    };
    CHECK(contains(errors("--strategy pct:0"), "no strategy is called 'pct:0'"));
    CHECK(contains(errors("--faults 1"), "and these are timed"));
    CHECK(contains(errors("--strategy pos --timers never"), "does not say when timeouts strike"));
    CHECK(contains(errors("--strategy pos --profile standard"), "plays the file's own faults"));
  }
}

}  // namespace squall::reports
