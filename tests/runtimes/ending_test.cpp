// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "scenarios/file.hpp"
#include "tests/runtimes/played.hpp"

/// By what a conversation ends: turns, time, what somebody has said, who has spoken, and all of that combined.
namespace squall::scenarios {
namespace {

/// Three speak in turn, 10 s each; `b` says yes in its second turn.
Played talk_until(const std::string& ends_when) {
  return play(fmt::format(R"(
network: {{latency: 0s}}
context: {{yes: {{latency: 0s}}}}
graph:
  runs-as: group-chat
  start: a
  ends-when: {}
  limit: 9
  nodes:
    a: {{do: [{{work: 10s}}], next: b}}
    b: {{do: [{{work: 10s}}, {{if: visit == 2, then: [{{write: {{key: yes, value: 1}}}}]}}], next: last-word}}
    last-word: {{do: [{{work: 10s}}], next: a}}
)",
                          ends_when));
}

std::string refused_ending(const std::string& runs_as, const std::string& ends_when) {
  return to_text(
      load_text("graph.yaml", fmt::format("workflow: t\ngraph: {{runs-as: {}, start: a, ends-when: {}, nodes: "
                                          "{{a: {{do: [{{work: 1s}}], next: b}}, b: {{}}}}}}\n",
                                          runs_as, ends_when))
          .diagnostics);
}
bool ending_says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("runtimes: ending") {
  TEST_CASE("ends-when: a conversation ends after the turn by which its condition holds, and has gone well") {
    CHECK(talk_until("turns >= 4").runs == "a b last-word a");
    CHECK(talk_until("elapsed >= 20s").runs == "a b");
    CHECK(talk_until("elapsed > 20s").runs == "a b last-word");
    CHECK(talk_until("yes == 1").runs == "a b last-word a b");
    CHECK(talk_until("runs.last-word >= 1").runs == "a b last-word");
    for (const char* condition : {"turns >= 4", "elapsed >= 20s", "yes == 1", "runs.last-word >= 1"}) {
      CHECK(talk_until(condition).reported == "success");
      CHECK(talk_until(condition).violations == "");
    }
  }

  TEST_CASE("ends-when: and waits for all of its conditions, each of which stays true; or for the first") {
    CHECK(talk_until("runs.last-word >= 1 && yes == 1").runs == "a b last-word a b");
    CHECK(talk_until("yes == 1 && turns >= 7").runs == "a b last-word a b last-word a");
    CHECK(talk_until("yes == 1 || turns >= 7").runs == "a b last-word a b");
    CHECK(talk_until("yes == 1 && turns >= 7 || elapsed >= 30s").runs == "a b last-word");
    CHECK(talk_until("yes == 1 && (turns >= 7 || elapsed >= 30s)").runs == "a b last-word a b");
  }

  TEST_CASE("ends-when: what never holds leaves the end to the limit") {
    const Played endless = talk_until("yes == 2");
    CHECK(endless.runs == "a b last-word a b last-word a b last-word");
    CHECK(endless.reported == "");  // the limit fails it
  }

  TEST_CASE("ends-when: a crash of the process keeps the time at which the conversation began") {
    const Played crashed = play(R"(
network: {latency: 0s}
graph:
  runs-as: {preset: group-chat, checkpoint: node}
  start: a
  ends-when: elapsed >= 25s
  nodes:
    a: {do: [{work: 10s}], next: b}
    b: {do: [{work: 10s}], next: a}
plan: [agent-crash: {agent: graph, at: {time: 15s}, restart: 1s}]
)");
    CHECK(crashed.runs == "a b b");  // b ends at 26 s
  }

  TEST_CASE("ends-when: what it cannot ask is refused") {
    CHECK(ending_says(refused_ending("dataflow", "turns >= 2"), "only a conversation, of which one node has the word"));
    CHECK(ending_says(refused_ending("group-chat", "tokens.ok >= 2"), "'tokens.ok' is not known there"));
    CHECK(ending_says(refused_ending("group-chat", "turns * 2 >= 2"), "a condition of a graph compares numbers"));
    CHECK(ending_says(refused_ending("group-chat", "runs.c >= 2"), "no node is called so"));
    CHECK(ending_says(refused_ending("group-chat", "said >= 2"), "no key of the context is called 'said'"));
    CHECK(refused_ending("group-chat", "runs.b >= 1") == "");
  }
}

}  // namespace squall::scenarios
