// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/reports/command.hpp"

namespace squall::reports {

namespace {

const std::string order = "tests/data/import/order.asl.json";

}  // namespace

TEST_SUITE("squall import") {
  TEST_CASE("the workflow goes to standard output, what was found to standard error") {
    const Ran ran = squall("import " + order);
    CHECK(ran.exit_status == 0);
    CHECK(ran.output == file_text(SQUALL_SOURCE_DIR "/tests/data/import/order.asl.native.yaml"));
    CHECK(ran.errors.starts_with(order +
                                 ": Amazon States Language\n  11 nodes, 21 control edges, 3 scopes, 1 fan-out\n"));
  }

  TEST_CASE("a format may be said, and another one is refused where it does not fit") {
    CHECK(squall("import asl " + order).exit_status == 0);
    const Ran other = squall("import langgraph " + order);
    CHECK(other.exit_status == 2);
    CHECK(other.errors.starts_with(order + ":1:1: error: this is no LangGraph graph"));
    const Ran none = squall("import asx " + order);
    CHECK(none.exit_status == 2);
    CHECK(none.errors == "error: no format is called 'asx'\n  fix: did you mean 'asl'?\n");
  }

  TEST_CASE("-o writes a file that runs like the foreign file itself") {
    const Scratch scratch{"import"};
    const std::string out = scratch.path("order.yaml");
    const Ran ran = squall("import " + order + " -o '" + out + "'");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.empty());
    CHECK(ran.errors.ends_with("  written to " + out + "\n"));
    const auto digest = [](const Ran& run) { return nlohmann::json::parse(run.output)["digest"]; };
    CHECK(digest(squall("run --json --seed 7 '" + out + "'")) == digest(squall("run --json --seed 7 " + order)));
  }

  TEST_CASE("what lint finds in a foreign file is told at its own line there") {
    const Scratch scratch{"import-lint"};
    const std::string file =
        scratch.file("talk.json", R"({"provider": "autogen_agentchat.teams.RoundRobinGroupChat", "config": {
 "participants": [
  {"provider": "autogen_agentchat.agents.AssistantAgent", "config": {"name": "writer"}},
  {"provider": "autogen_agentchat.agents.AssistantAgent", "config": {"name": "critic"}}],
 "termination_condition": {"provider": "autogen_agentchat.conditions.TextMentionTermination", "config": {"text": "OK"}}}}
)");
    const Ran ran = squall("lint '" + file + "'");
    CHECK(ran.output.find(file +
                          ":3:3: warning: writer: the talk writer -> critic -> writer ends only when somebody says so "
                          "(L15 stop-tree-unbounded)\n    3 |   {\"provider\"") != std::string::npos);
    const std::string sarif = scratch.path("talk.sarif");
    squall("lint --sarif '" + sarif + "' '" + file + "'");
    const nlohmann::json place = nlohmann::json::parse(file_text(sarif))["runs"][0]["results"][0]["locations"][0];
    CHECK(place["physicalLocation"]["region"]["startLine"] == 3);
    CHECK(place["physicalLocation"]["artifactLocation"]["uri"].get<std::string>().ends_with("talk.json"));
  }

  TEST_CASE("what is imported is not written over") {
    const Scratch scratch{"import-itself"};
    const std::string text = file_text(SQUALL_SOURCE_DIR "/tests/data/import/review.langgraph.json");
    const std::string file = scratch.file("review.json", text);
    const Ran ran = squall("import '" + file + "' -o '" + file + "'");
    CHECK(ran.exit_status == 2);
    CHECK(ran.errors == "error: '" + file + "' is what is imported: it would be lost\n  fix: name another file\n");
    CHECK(file_text(file) == text);
  }

  TEST_CASE("--json tells programs the same") {
    const Ran ran = squall("import --json " + order);
    REQUIRE(ran.exit_status == 0);
    const nlohmann::json json = nlohmann::json::parse(ran.output);
    CHECK(json["format"] == "asl");
    CHECK(json["nodes"] == 11);
    CHECK(json["edges"]["control"] == 21);
    CHECK(json["waits"]["bounded"] == 2);
    CHECK(json["effects"] == nlohmann::json{{"with_key", 1}, {"without_key", 4}});
    CHECK(json["assumptions"].size() == 13);
    CHECK(json["assumptions"][0]["text"].get<std::string>().starts_with("a service answers"));
    CHECK(json["not_understood"]["count"] == 1);
    CHECK(json["text"] == file_text(SQUALL_SOURCE_DIR "/tests/data/import/order.asl.native.yaml"));
  }

  TEST_CASE("a recorded run is held against its import") {
    const Ran ran = squall("import tests/data/import/report.temporal.json -o /dev/null");
    CHECK(ran.errors.find("  makespan: recorded 9.3s, simulated 9.3s\n") != std::string::npos);
  }

  TEST_CASE("an overlay and --join come in by their options") {
    const Scratch scratch{"import-overlay"};
    const std::string overlay = scratch.file("o.yaml", "nodes: {plan: {time: 7s}}\n");
    const Ran ran = squall("import tests/data/import/review.langgraph.json --join all --overlay '" + overlay + "'");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find("- work: 7s\n") != std::string::npos);
    CHECK(ran.output.find("join: all\n") != std::string::npos);
    CHECK(squall("import " + order + " --overlay nothing.yaml").exit_status == 2);
    CHECK(squall("import " + order + " --join most").errors ==
          "error: 'most' is no join for a whole drawing\n"
          "  fix: write each, all, all-taken or any; an overlay can say more for single nodes\n");
  }

  TEST_CASE(
      "a file that is longer than a workflow file may be, and says only at its end what it is, is taken as well") {
    const Scratch scratch{"import-late"};
    const std::string text = "{\"filler\": \"" + std::string(std::size_t{5} << 20, 'x') +
                             R"(", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3, "End": true}}})";
    const std::string file = scratch.file("late.json", text);
    CHECK(squall("import '" + file + "' -o /dev/null").errors.find(": Amazon States Language\n") != std::string::npos);
    CHECK(squall("run '" + file + "'").exit_status == 0);
    const std::string none =
        scratch.file("none.json", "{\"filler\": \"" + std::string(std::size_t{5} << 20, 'x') + "\"}");
    const Ran refused = squall("run '" + none + "'");
    CHECK(refused.exit_status == 2);
    CHECK(refused.errors.find("more than 4 MiB") != std::string::npos);
  }

  TEST_CASE("a foreign file is taken wherever a workflow file is, and extended like one") {
    CHECK(squall("lint " + order).exit_status <= 1);
    CHECK(squall("run " + order).errors ==
          "note: '" + order + "' is another tool's, and was read with 13 assumptions: 'squall import " + order +
              "' tells them\n");
    CHECK(squall("fuzz --seeds 20 " + order).exit_status <= 1);
    const Scratch scratch{"import-extends"};
    scratch.file("team.mmd", "graph TD;\n__start__ --> a;\na --> b;\n");
    const std::string slow =
        scratch.file("slow.yaml", "workflow: slow\nextends: team.mmd\nchange: {graph.nodes.a.timeout: 1ms}\n");
    const Ran ran = squall("run '" + slow + "'");
    CHECK(ran.output.find("a runs out of time") != std::string::npos);
    const std::string broken = scratch.file("broken.json", "{\"StartAt\": \"A\", \"States\": {\"A\": ${A}}}");
    const Ran refused = squall("run '" + broken + "'");
    CHECK(refused.exit_status == 2);
    CHECK(refused.errors.find("broken.json:1:34: error: here the file stops being JSON") != std::string::npos);
  }
}

}  // namespace squall::reports
