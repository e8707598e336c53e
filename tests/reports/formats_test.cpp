// SPDX-License-Identifier: Apache-2.0
#include "reports/formats/formats.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/html.hpp"
#include "tests/reports/command.hpp"

// What other tools read. Their own readers are asked by `.ci/formats`; here is what they cannot know.
namespace squall::reports {
namespace {

using namespace scenarios;

/// Seed 1 of the broken team, whole.
struct Team {
  Loaded file = load(SQUALL_SOURCE_DIR "/scenarios/suites/feature-team/broken.yaml");
  Recording recording = record(*file.scenario, sim::Seed{1});
  Chronicle run = chronicle(*file.scenario, recording, whole_run);
  Recorded recorded{*file.scenario, recording, run, sim::Seed{1}, "squall run team.yaml --seed 1"};
};

}  // namespace

TEST_SUITE("formats") {
  TEST_CASE("Mermaid: messages in order, and where the cycle is closed") {
    CHECK(mermaid(Team{}.recorded) == R"mermaid(sequenceDiagram
  participant a0 as planner
  participant a1 as coder
  participant a2 as tester
  participant a3 as docs
  a0->>a1: task
  a1->>a2: code (not taken)
  Note over a0: violated: deadlock-freedom at 42.775s
)mermaid");
  }

  TEST_CASE("DOT: who sent to whom, and the cycle with its reasons") {
    CHECK(dot(Team{}.recorded) == R"dot(digraph "feature-team" {
  node [shape=box, style=rounded];
  a0 [label="planner"];
  a1 [label="coder"];
  a2 [label="tester"];
  a3 [label="docs"];
  a0 -> a1 [label="task", color=gray50, fontcolor=gray30];
  a1 -> a2 [label="code", color=gray50, fontcolor=gray30];
  a1 -> a2 [label="waits", tooltip="coder waits for report from tester (gives up after 5 min)", style=bold, color=red, penwidth=2];
  a2 -> a3 [label="waits", tooltip="tester waits for docs from docs", style=bold, color=red, penwidth=2];
  a3 -> a1 [label="waits", tooltip="docs waits for code from coder", style=bold, color=red, penwidth=2];
}
)dot");
  }

  TEST_CASE("ShiViz: who receives knows the clock of who sent") {
    const std::string log = shiviz(Team{}.recorded);
    CHECK(log.find("coder {\"planner\":3, \"coder\":2}\ncoder receives task from planner\n") != std::string::npos);
  }

  TEST_CASE("SARIF: the result stands at the step of the cycle's first, with the cycle as a graph") {
    const Team team;
    const auto json = nlohmann::json::parse(sarif(team.recorded, team.file));
    const auto& result = json["runs"][0]["results"][0];
    CHECK(json["runs"][0]["results"].size() == 1);
    CHECK(result["ruleId"] == "deadlock-freedom");
    const auto& place = result["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"].get<std::string>().ends_with("feature-team/broken.yaml"));
    CHECK(place["region"]["startLine"] == 19);  // the receive of the coder's report
    CHECK(result["graphs"][0]["edges"].size() == 3);
    CHECK(result["codeFlows"][0]["threadFlows"][0]["locations"].size() > 3);
    CHECK(result["partialFingerprints"]["squallSignature/v1"].get<std::string>().size() >= 16);
  }

  TEST_CASE("GitHub: an annotation at the line, with nothing in it that ends a command") {
    const Team team;
    const std::string text = github(team.recorded, team.file);
    CHECK(text.starts_with("::error file="));
    CHECK(text.find("line=19,col=") != std::string::npos);
    CHECK(text.find('\n') == text.size() - 1);
  }

  TEST_CASE("OTLP: a span for each agent below that of the workflow, which has failed") {
    const Team team;
    const auto json = nlohmann::json::parse(otlp(team.recorded));
    const auto& spans = json["resourceSpans"][0]["scopeSpans"][0]["spans"];
    CHECK(spans[0]["status"]["code"] == 2);
    CHECK(spans[1]["name"] == "invoke_agent planner");
    CHECK(spans[1]["parentSpanId"] == spans[0]["spanId"]);
    CHECK(spans[2]["links"].size() == 1);
  }

  TEST_CASE("trace lines: a line for each observation, numbered, the same each time") {
    const Team team;
    const std::string text = trace_lines(team.recorded);
    CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) ==
          team.recording.trace.lines().size() + 1);
    CHECK(text == trace_lines(Team{}.recorded));
  }
}

TEST_SUITE("HTML") {
  TEST_CASE("a run's page tells the cycle, and carries nothing that asks a network") {
    const Team team;
    const std::string page =
        run_html(*team.file.scenario, team.recording, sim::Seed{1}, "squall run team.yaml --seed 1");
    CHECK(page.find("<ol class=\"reasons\">\n<li>coder waits for report from tester (gives up after 5 min)</li>") !=
          std::string::npos);
    CHECK(page.find("class=\"wait-for\"") != std::string::npos);
    CHECK(page.find("class=\"space-time\"") != std::string::npos);
    CHECK(page.find("default-src 'none'") != std::string::npos);
    for (const char* outside : {"src=\"http", "href=\"http", "url(http", "@import", "<link"})
      CHECK_MESSAGE(page.find(outside) == std::string::npos, outside);
    CHECK(page.size() < 100'000);
  }

  TEST_CASE("texts that look like markup stay texts") {
    const Loaded file = load(SQUALL_SOURCE_DIR "/tests/formats/names.yaml");
    REQUIRE(file.ok());
    const Recording recording = record(*file.scenario, sim::Seed{1});
    const std::string page = run_html(*file.scenario, recording, sim::Seed{1}, "x");
    for (const char* markup : {"<img", "<svg onload", "<b>bold", "alert(1)>", "<script>alert"})
      CHECK_MESSAGE(page.find(markup) == std::string::npos, markup);
    // One end of a script for the data and one for the script.
    std::size_t ends = 0;
    for (std::size_t at = 0; (at = page.find("</script>", at)) != std::string::npos; ++at) ++ends;
    CHECK(ends == 2);
    CHECK(page.find("\xe2\x80\xae") == std::string::npos);  // what turns the direction of writing is spelt out
  }

  TEST_CASE("the command writes every format whole, and says which it could not write") {
    const Scratch scratch{"formats"};
    const std::string file = "scenarios/suites/feature-team/broken.yaml";
    const Ran ran =
        squall("run " + file + " --report '" + scratch.path("r.html") + "' --sarif '" + scratch.path("r.sarif") + "'");
    CHECK(ran.exit_status == 1);
    CHECK(scratch.names() == std::vector<std::string>{"r.html", "r.sarif"});
    const Ran nowhere = squall("run " + file + " --report '" + scratch.path("none/r.html") + "'");
    CHECK(nowhere.exit_status == 3);
    CHECK(nowhere.errors.find("cannot write") != std::string::npos);
    const Ran fuzzed = squall("fuzz " + file + " --seeds 20 --report '" + scratch.path("f.html") + "'");
    CHECK(fuzzed.exit_status == 1);
    CHECK(file_text(scratch.path("f.html")).find("20 runs") != std::string::npos);
  }

  TEST_CASE("replay --until shows how everything stands after an observation") {
    const Ran ran = squall("replay scenarios/suites/feature-team/broken.yaml --seed 1 --until 24");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output == R"(24. 42.775s: coder waits for report
  planner   waits for release
  coder     waits for report
  tester    waits for code and docs
  docs      waits for code
  key plan  version 1: 0, by planner
)");
    CHECK(squall("replay scenarios/suites/feature-team/broken.yaml --until 0").exit_status == 2);
    CHECK(squall("replay scenarios/suites/feature-team/broken.yaml --until many").exit_status == 2);
  }
}

}  // namespace squall::reports
