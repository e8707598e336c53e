// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/runtimes/played.hpp"

/// Every join, each by a drawing that tells it from the others.
namespace squall::scenarios {
namespace {

/// A fork to quick `a` (1 s) and slow `b` (3 s), which meet in `j`; `how` is written into `j`, `rest` behind it.
std::string fork(const std::string& runs_as, const std::string& how, const std::string& rest = "") {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: [a, b]
  nodes:
    a: {{do: [{{work: 1s}}], next: j}}
    b: {{do: [{{work: 3s}}], next: j}}
    j: {{{}do: [{{work: 10ms}}]}}
{})",
                     runs_as, how, rest);
}

/// The same behind a router that takes one of both ways.
std::string choice(const std::string& runs_as, const std::string& how) {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: r
  nodes:
    r: {{do: [{{route: left}}], next: {{left: a, right: b}}}}
    a: {{do: [{{work: 1s}}], next: j}}
    b: {{do: [{{work: 3s}}], next: j}}
    j: {{{}do: [{{work: 10ms}}]}}
)",
                     runs_as, how);
}

/// The same behind a router that takes neither of both ways.
std::string neither(const std::string& how) {
  return fmt::format(R"(
graph:
  runs-as: dataflow
  start: r
  nodes:
    r: {{do: [{{route: past}}], next: {{left: a, right: b, past: c}}}}
    a: {{do: [{{work: 1s}}], next: j}}
    b: {{do: [{{work: 3s}}], next: j}}
    c: {{do: [{{work: 1s}}]}}
    j: {{{}do: [{{work: 10ms}}]}}
)",
                     how);
}

/// `a` fails, `b` does what it is told.
std::string half_failed(const std::string& how, const std::string& other = "{work: 3s}") {
  return fmt::format(R"(
graph:
  runs-as: dataflow
  start: [a, b]
  nodes:
    a: {{do: [{{work: 1s}}, {{fail: it is broken}}], next: j}}
    b: {{do: [{}], next: j}}
    j: {{{}do: [{{work: 10ms}}]}}
)",
                     other, how);
}

}  // namespace

TEST_SUITE("runtimes: joins") {
  TEST_CASE("each: once per token in dataflow, once per step under supersteps") {
    CHECK(play(fork("crewai-flow", "join: each, ")).runs == "a b j j");
    CHECK(play(fork("langgraph", "join: each, ")).runs == "a b j");
  }

  TEST_CASE("all: once, when every source has a token; the token of a way that was not taken never comes") {
    CHECK(play(fork("crewai-flow", "join: all, ")).runs == "a b j");
    const Played skipped = play(choice("crewai-flow", "join: all, "));
    CHECK(skipped.runs == "r a");
    CHECK(skipped.violations == "proper-completion");
    CHECK(skipped.reported == "success");  // the runtime has nothing left to do, and says so
  }

  TEST_CASE("all: a skipped source skips what is behind it, where skips are passed on") {
    const Played skipped = play(choice("dataflow", "join: all, "));
    CHECK(skipped.runs == "r a");
    CHECK(skipped.violations == "");
  }

  TEST_CASE("all-taken: the ways that were taken suffice") {
    CHECK(play(choice("dataflow", "join: all-taken, ")).runs == "r a j");
    CHECK(play(fork("{preset: dataflow, guarantee: in-process}", "join: all-taken, ")).runs == "a b j");
  }

  TEST_CASE("any: the first token starts it, the others of its round vanish") {
    const Played any = play(fork("crewai-flow", "join: any, "));
    CHECK(any.runs == "a b j");
    CHECK(any.violations == "");
  }

  TEST_CASE("any: the next round starts it again, a latch never, but that CrewAI's opens when a node runs again") {
    const auto rounds = [](const char* join, const char* runs_as = "crewai-flow") {
      return fmt::format(R"(
graph:
  runs-as: {}
  start: s
  nodes:
    s: {{do: [{{work: 1s}}], next: [a, b]}}
    a: {{do: [{{work: 1s}}], next: j}}
    b: {{do: [{{work: 2s}}, {{if: visit < 2, then: [{{route: again}}], else: [{{route: on}}]}}], next: {{again: [j, s], on: j}}}}
    j: {{join: {}}}
)",
                         runs_as, join);
    };
    CHECK(play(rounds("{any: [a, b]}")).runs == "s a b j s a b j");
    const char* latched = "{any: [a, b], latch: true}";
    CHECK(play(rounds(latched, "{preset: crewai-flow, start: dataflow}")).runs == "s a b j s a b");
    // As in the recording `loop-latch`: from the second turn on it starts for each of them.
    CHECK(play(rounds(latched)).runs == "s a b j s j a b j j");
  }

  TEST_CASE("count: the k-th token starts it") {
    const std::string three = R"(
graph:
  runs-as: crewai-flow
  start: [a, b, c]
  nodes:
    a: {do: [{work: 1s}], next: j}
    b: {do: [{work: 2s}], next: j}
    c: {do: [{work: 9s}], next: j}
    j: {join: {count: 2}, do: [{work: 1s}], next: k}
    k: {do: [{emit: done}]}
check: [proper-completion, {precedes: {first: {ended: k}, then: {ended: c}}}]
)";
    const Played quorum = play(three);
    CHECK(quorum.runs == "a b c j k");
    CHECK(quorum.violations == "");
  }

  TEST_CASE("wait: the eleven trigger rules of Airflow are conditions on tokens") {
    struct Rule {
      const char *name, *join;
      bool all_failed, one_failed, all_skipped, one_skipped, all_ok;  ///< whether it runs
    };
    for (const Rule& rule :
         {Rule{"all_success", "{wait: all, when: tokens.ok == tokens.total}", false, false, false, false, true},
          Rule{"all_failed", "{wait: all, when: tokens.failed == tokens.total}", true, false, false, false, false},
          Rule{"all_done", "{wait: all, when: true}", true, true, true, true, true},
          Rule{"all_skipped", "{wait: all, when: tokens.skipped == tokens.total}", false, false, true, false, false},
          Rule{"one_success", "{wait: any, when: tokens.ok >= 1}", false, true, false, true, true},
          Rule{"one_failed", "{wait: any, when: tokens.failed >= 1}", true, true, false, false, false},
          Rule{"one_done", "{wait: any, when: tokens.ok + tokens.failed >= 1}", true, true, false, true, true},
          Rule{"none_failed", "{wait: all, when: tokens.failed == 0}", false, false, true, true, true},
          Rule{"none_failed_min_one_success", "{wait: all, when: tokens.failed == 0 && tokens.ok >= 1}", false, false,
               false, true, true},
          Rule{"none_skipped", "{wait: all, when: tokens.skipped == 0}", true, true, false, false, true},
          Rule{"always", "{wait: any, when: true}", true, true, true, true, true}}) {
      CAPTURE(rule.name);
      const std::string join = fmt::format("join: {}, ", rule.join);
      const auto ran = [](const std::string& runs) { return runs.find('j') != std::string::npos; };
      CHECK(ran(play(half_failed(join, "{work: 3s}, {fail: it is broken}")).runs) == rule.all_failed);
      CHECK(ran(play(half_failed(join)).runs) == rule.one_failed);
      CHECK(ran(play(neither(join)).runs) == rule.all_skipped);
      CHECK(ran(play(choice("dataflow", join)).runs) == rule.one_skipped);
      CHECK(ran(play(fork("dataflow", join)).runs) == rule.all_ok);
    }
  }

  TEST_CASE("groups: each group starts it by itself, and takes only its own tokens") {
    const std::string groups = R"(
graph:
  runs-as: crewai-flow
  start: [a, b, c]
  nodes:
    a: {do: [{work: 1s}], next: j}
    b: {do: [{work: 2s}], next: j}
    c: {do: [{work: 5s}], next: j}
    j: {join: [{all: [a, b]}, {any: [c]}]}
)";
    CHECK(play(groups).runs == "a b c j j");
  }
}

}  // namespace squall::scenarios
