// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "scenarios/file.hpp"
#include "tests/runtimes/played.hpp"

/// What lets nodes begin, when writes can be read, what an edge gets that is not taken: each choice beside the others, by a
/// drawing that tells them apart.
namespace squall::scenarios {
namespace {

/// Of two branches the quick one goes on to `c`, the slow one takes a minute.
std::string branches(const std::string& runs_as) {
  return fmt::format(R"(
network: {{latency: 0s}}
graph:
  runs-as: {}
  start: s
  nodes:
    s: {{next: [quick, slow]}}
    quick: {{do: [{{work: 1s}}], next: c}}
    slow: {{do: [{{work: 60s}}], next: d}}
    c: {{do: [{{work: 1s}}], next: e}}
    d: {{do: [{{work: 1s}}]}}
    e: {{do: [{{work: 1s}}]}}
)",
                     runs_as);
}

/// A node that loops, and behind it a join that is shut once it has begun.
std::string looping(const std::string& start) {
  return fmt::format(R"(
graph:
  runs-as: {{preset: crewai-flow, start: {}}}
  start: a
  nodes:
    a: {{do: [{{work: 1s}}, {{if: visit < 3, then: [{{route: [again, on]}}], else: [{{route: on}}]}}],
        next: {{again: a, on: meet}}}}
    meet: {{join: {{any: [a], latch: true}}, do: [{{work: 1ms}}]}}
)",
                     start);
}

std::string refused_start(const std::string& text) {
  return to_text(load_text("graph.yaml", "workflow: t\n" + text).diagnostics);
}

/// `a` writes and works on; `b` reads meanwhile, `c` when `a` has ended.
std::string written(const std::string& runs_as) {
  return fmt::format(R"(
network: {{latency: 0s}}
context: {{n: {{initial: 0, latency: 0s}}}}
graph:
  runs-as: {}
  start: [a, b]
  nodes:
    a: {{do: [{{work: 1s}}, {{write: {{key: n, value: 1}}}}, {{work: 5s}}], next: c}}
    b: {{do: [{{work: 3s}}, {{read: n, as: r}}, {{if: r.value != 0, then: [{{route: early}}], else: [{{route: late}}]}}],
        next: {{early: early, late: late}}}}
    c: {{do: [{{read: n, as: r}}, {{if: r.value != 1, then: [{{fail: it is not there yet}}]}}]}}
    early: {{}}
    late: {{}}
)",
                     runs_as);
}

/// One way of two is taken; a join waits for both.
std::string one_way(const std::string& runs_as, const std::string& join) {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: s
  nodes:
    s: {{do: [{{route: left}}], next: {{left: l, right: r}}}}
    l: {{next: j}}
    r: {{next: j}}
    j: {{join: {}, next: after}}
    after: {{join: each}}
)",
                     runs_as, join);
}

std::string over_nothing(const std::string& runs_as) {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: each
  nodes:
    each: {{over: 1..0, do: [{{work: 1s}}], next: after}}
    after: {{do: [{{work: 1s}}], next: last}}
    last: {{join: {{wait: all, when: true}}}}
)",
                     runs_as);
}

}  // namespace

TEST_SUITE("runtimes: starts") {
  TEST_CASE("start: superstep waits for the slowest of a step, dataflow for nobody") {
    CHECK(play(branches("{preset: langgraph, start: superstep}")).runs == "s quick slow c d e");
    CHECK(play(branches("{preset: dataflow, start: dataflow, guarantee: in-process}")).runs == "s quick slow c e d");
    CHECK(play(branches("{preset: queue-worker, start: queue}")).runs == "s quick slow c e d");
    CHECK(play(branches("{preset: durable, start: history}")).runs == "s quick slow c e d");
  }

  TEST_CASE("start: listener opens its latches when a node runs again, dataflow does not") {
    CHECK(play(looping("listener")).runs == "a a meet a meet meet");
    CHECK(play(looping("dataflow")).runs == "a a meet a");
  }

  TEST_CASE("start: speaker lets one node go on where several could, token refuses such a fork") {
    const std::string spoken = play(branches("{preset: group-chat, start: speaker}")).runs;
    const bool one_way = spoken == "s quick c e" || spoken == "s slow d";
    CHECK(one_way);
    const std::string fork = refused_start(branches("{preset: step-functions, start: token}"));
    CHECK(fork.find("it goes on to 'quick' and to 'slow', and there is one token") != std::string::npos);
    CHECK(fork.find("put what runs side by side into a subgraph") != std::string::npos);
    const std::string routed = refused_start(
        "graph: {runs-as: step-functions, start: a, nodes: {a: {do: [{route: [x, y]}], next: {x: b, y: c}}, b: {}, "
        "c: {}}}\n");
    CHECK(routed.find("it routes to several nodes, and there is one token") != std::string::npos);
  }

  TEST_CASE("start: token goes one way of several, and through subgraphs whose branches have one each") {
    const Played played = play(R"(
graph:
  runs-as: step-functions
  start: both
  nodes:
    both: {graph: {start: [x, y], nodes: {x: {do: [{work: 1s}]}, y: {do: [{work: 2s}], next: z}, z: {}}}, next: pick}
    pick: {do: [{route: left}], next: {left: l, right: r}}
    l: {}
    r: {}
)");
    CHECK(played.runs == "both x y z pick l");
    CHECK(played.reported == "success");
  }

  TEST_CASE("start: queue takes what was lost on its way when it is visible again, history when its task times out") {
    const auto lost = [](const char* runs_as) {
      return play(fmt::format(
                      "graph:\n  runs-as: {}\n  start: a\n  nodes: {{a: {{do: [{{if: now > 1m, then: [{{fail: late}}]"
                      "}}]}}}}\nplan: [message-loss: {{to: a, nth: 1}}]\n",
                      runs_as))
          .reported;
    };
    CHECK(lost("queue-worker") == "failure");  // 5 minutes
    CHECK(lost("durable") == "success");       // 10 seconds
    CHECK(lost("step-functions") == "success");
  }

  TEST_CASE("commit: at-once is read while its writer works, end-of-node when it has ended") {
    CHECK(play(written("{preset: dataflow, guarantee: in-process, commit: at-once}")).runs == "a b early c");
    CHECK(play(written("{preset: dataflow, guarantee: in-process, commit: end-of-node}")).runs == "a b late c");
    CHECK(play(written("{preset: langgraph, commit: end-of-superstep}")).runs == "a b c late");
    for (const char* commit : {"at-once", "end-of-node"}) {
      const std::string runs_as = fmt::format("{{preset: dataflow, guarantee: in-process, commit: {}}}", commit);
      CHECK(play(written(runs_as)).reported == "success");
    }
  }

  TEST_CASE("commit: end-of-node commits nothing of a node that fails, at-once what it has written") {
    const auto read_after = [](const char* commit) {
      return play(fmt::format(R"(
context: {{n: {{initial: 0}}}}
graph:
  runs-as: {{preset: dataflow, guarantee: in-process, commit: {}}}
  start: a
  nodes:
    a: {{do: [{{write: {{key: n, value: 1}}}}, {{fail: it is broken}}], next: b}}
    b: {{join: {{wait: any, when: tokens.failed >= 1}}, do: [{{read: n, as: r}}, {{if: r.value == 1, then: [{{route: dirty}}], else: [{{route: clean}}]}}],
        next: {{dirty: dirty, clean: clean}}}}
    dirty: {{}}
    clean: {{}}
)",
                              commit))
          .runs;
    };
    CHECK(read_after("at-once") == "a b dirty");
    CHECK(read_after("end-of-node") == "a b clean");
  }

  TEST_CASE("skip: propagate tells a join of the way that was not taken, none leaves it waiting") {
    const std::string passes = "{preset: dataflow, guarantee: in-process, skip: propagate}";
    const std::string silent = "{preset: dataflow, guarantee: in-process, skip: none}";
    CHECK(play(one_way(passes, "all-taken")).runs == "s l j after");
    CHECK(play(one_way(passes, "{wait: all, when: tokens.skipped == 1}")).runs == "s l j after");
    CHECK(play(one_way(passes, "all")).runs == "s l");  // skipped itself, and so is what is behind it
    CHECK(play(one_way(passes, "all")).violations == "");
    const Played waiting = play(one_way(silent, "{wait: all, when: true}") + "check: [proper-completion]\n");
    CHECK(waiting.runs == "s l");
    CHECK(waiting.violations == "proper-completion");  // the token of the way that was taken lies there
  }

  TEST_CASE("a fan-out over nothing goes on, but LangGraph's starts nobody and Airflow's is skipped") {
    for (const char* preset : {"graphflow", "crewai-flow", "group-chat", "step-functions", "queue-worker", "durable"}) {
      CAPTURE(preset);
      CHECK(play(over_nothing(preset)).runs == "each after last");
      CHECK(play(over_nothing(preset)).reported == "success");
    }
    CHECK(play(over_nothing("langgraph")).runs == "each");
    CHECK(play(over_nothing("langgraph")).reported == "success");
    CHECK(play(over_nothing("dataflow")).runs == "each last");  // its join waits for everybody, however they ended
    CHECK(play(over_nothing("dataflow")).reported == "success");
  }
}

}  // namespace squall::scenarios
