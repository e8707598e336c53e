// SPDX-License-Identifier: Apache-2.0
#include "tests/import/samples.hpp"

using namespace squall;
using namespace squall::scenarios;

namespace {

const std::string drawing =
    "graph TD;\n__start__ --> plan;\nplan --> draft;\nplan --> facts;\ndraft --> Check\\20it;\nfacts --> Check\\20it;\n"
    "Check\\20it -. good .-> __end__;\nCheck\\20it -. bad .-> plan;\n";

Imported with(const std::string& overlay) {
  return import_text("team.mmd", drawing, {.overlay_name = "overlay.yaml", .overlay = overlay});
}

}  // namespace

TEST_SUITE("import overlays") {
  TEST_CASE("an overlay adds what a drawing cannot hold") {
    const Imported imported = with(
        "defaults: {time: 1s}\n"
        "nodes:\n"
        "  plan: {writes: goal, over: 1..2}\n"
        "  draft:\n"
        "    time: {p50: 4s, p99: 20s}\n"
        "    timeout: 30s\n"
        "    retry: {times: 3, backoff: 1s, jitter: full, on: [timeout, unavailable]}\n"
        "    reads: [goal]\n"
        "    effects: [{tool: mail, key: =instance}, archive]\n"
        "  Check it:\n"
        "    join: all\n"
        "    routes: {good: 90%}\n");
    REQUIRE_MESSAGE(imported.ok(), told(imported));
    const std::string graph = imported.text.substr(imported.text.find("context:"));
    CHECK(graph ==
          "context:\n"
          "  goal: {}\n"
          "tools:\n"
          "  mail: {latency: {p50: 200ms, p99: 2s}, dedup: 1d}\n"
          "  archive: {latency: {p50: 200ms, p99: 2s}}\n"
          "graph:\n"
          "  runs-as: langgraph\n"
          "  start: plan\n"
          "  limit: 25\n"
          "  nodes:\n"
          "    plan:  # line 2\n"
          "      do:\n"
          "        - work: {time: 1s, makes: goal}\n"
          "        - write: goal\n"
          "      next: [draft, facts]\n"
          "      over: 1..2\n"
          "    draft:  # line 3\n"
          "      do:\n"
          "        - read: goal\n"
          "        - work: {time: {p50: 4s, p99: 20s}}\n"
          "        - call: {tool: mail, key: =instance}\n"
          "        - call: archive\n"
          "      next: check-it\n"
          "      timeout: 30s\n"
          "      retry: {times: 3, backoff: 1s, jitter: full, on: [timeout, unavailable]}\n"
          "    facts:  # line 4\n"
          "      do:\n"
          "        - work: 1s\n"
          "      next: check-it\n"
          "    check-it:  # 'Check it', line 5\n"
          "      do:\n"
          "        - work: 1s\n"
          "        - choose:\n"
          "            - {chance: 90%, do: [{route: good}]}\n"
          "            - {do: [{route: bad}]}\n"
          "      join: all\n"
          "      next: {good: end, bad: plan}\n");
    CHECK(imported.tally.effects_with_key == 1);
    CHECK(imported.tally.effects_without_key == 1);
    CHECK(played(imported).outcome.halt == sim::Halt::idle);
  }

  TEST_CASE("what an overlay says wrong is told at its place in the overlay") {
    const Imported imported = with(
        "default: {time: 1s}\n"
        "nodes:\n"
        "  drafts: {time: 1s}\n"
        "  plan: {tme: 1s, time: 1}\n"
        "  facts: {retry: 3}\n"
        "  draft: {routes: {good: 10%}, effect: Mail, reads: plan}\n"
        "  check-it: {routes: {good: 90%, bad: 20%}}\n");
    CHECK_FALSE(imported.ok());
    CHECK(told(imported) ==
          "overlay.yaml:1:1: error: an overlay has no 'default'\n"
          "    1 | default: {time: 1s}\n"
          "      | ^~~~~~~\n"
          "  fix: did you mean 'defaults'?\n"
          "overlay.yaml:3:3: error: the drawing has no node 'drafts'\n"
          "    3 |   drafts: {time: 1s}\n"
          "      |   ^~~~~~\n"
          "  fix: did you mean 'draft'?\n"
          "overlay.yaml:4:10: error: a node of an overlay has no 'tme'\n"
          "    4 |   plan: {tme: 1s, time: 1}\n"
          "      |          ^~~\n"
          "  fix: did you mean 'time'?\n"
          "overlay.yaml:4:25: error: '1' has no unit\n"
          "    4 |   plan: {tme: 1s, time: 1}\n"
          "      |                         ^\n"
          "  fix: write '1s', or another of ns, us, ms, s, m, h or d\n"
          "overlay.yaml:5:18: error: a retry says how often\n"
          "    5 |   facts: {retry: 3}\n"
          "      |                  ^\n"
          "  fix: write such as {times: 3, backoff: 1s}\n"
          "overlay.yaml:6:19: error: 'draft' has no routes to choose from\n"
          "    6 |   draft: {routes: {good: 10%}, effect: Mail, reads: plan}\n"
          "      |                   ^\n"
          "  fix: leave 'routes' out\n"
          "overlay.yaml:6:40: error: an effect names a tool\n"
          "    6 |   draft: {routes: {good: 10%}, effect: Mail, reads: plan}\n"
          "      |                                        ^~~~\n"
          "  fix: write {tool: NAME, key: =instance}, in small letters\n"
          "overlay.yaml:6:53: error: 'plan' can be no key of the state: a node is called so\n"
          "    6 |   draft: {routes: {good: 10%}, effect: Mail, reads: plan}\n"
          "      |                                                     ^~~~\n"
          "  fix: write small letters, digits and _, and no node's name\n"
          "overlay.yaml:7:22: error: the routes' chances add up to more than 100%\n"
          "    7 |   check-it: {routes: {good: 90%, bad: 20%}}\n"
          "      |                      ^\n"
          "  fix: make them less\n");
  }

  TEST_CASE("an overlay that is no YAML is told as YAML that is none") {
    CHECK(told(with("nodes: [")).starts_with("overlay.yaml:1:"));
    CHECK(told(with("- a\n")) ==
          "overlay.yaml:1:1: error: an overlay is a mapping\n"
          "    1 | - a\n"
          "      | ^\n"
          "  fix: write 'nodes: {NAME: {time: 5s}}'\n");
  }

  TEST_CASE("an overlay sets how wide a map of a state machine is") {
    const Imported narrow = sample("order.asl.json");
    const Imported wide = import_text("order.asl.json", content_of(import_data + "order.asl.json"),
                                      {.overlay_name = "o", .overlay = "nodes: {Ship: {over: 1..5}}"});
    REQUIRE(narrow.ok());
    REQUIRE_MESSAGE(wide.ok(), told(wide));
    CHECK(narrow.text.find("ship-item-3:") != std::string::npos);
    CHECK(narrow.text.find("ship-item-4:") == std::string::npos);
    CHECK(wide.text.find("ship-item-5:") != std::string::npos);
    CHECK(told(import_text("order.asl.json", content_of(import_data + "order.asl.json"),
                           {.overlay_name = "o", .overlay = "nodes: {Ship: {over: =many}}"})) ==
          "order.asl.json:1:1: error: 'Ship' runs over =many: that many copies of its 2 nodes cannot be drawn\n"
          "    1 | {\n"
          "      | ^\n"
          "  fix: give it a range such as 1..5 in an overlay\n");
  }
}
