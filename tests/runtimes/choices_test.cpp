// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

#include "tests/runtimes/played.hpp"

/// Every choice of a runtime but its joins, each by a drawing that tells it from the others.
namespace squall::scenarios {

TEST_SUITE("runtimes: choices") {
  TEST_CASE("failure: graph stops at the first failure, node lets the rest go on and reports it at the end") {
    const std::string failing = R"(
  start: [a, b]
  nodes:
    a: {do: [{work: 1s}, {fail: it is broken}]}
    b: {do: [{work: 3s}], next: c}
    c: {do: [{work: 1s}]}
)";
    const Played whole = play("graph:\n  runs-as: {preset: dataflow, guarantee: in-process, failure: graph}" + failing);
    CHECK(whole.runs == "a b");
    const Played alone = play("graph:\n  runs-as: {preset: dataflow, guarantee: in-process, failure: node}" + failing);
    CHECK(alone.runs == "a b c");
    CHECK(alone.reported == "failure");
  }

  TEST_CASE("commit: what a step wrote is read in the next one, and two writers of one value clash") {
    const auto writers = [](const char* reducer) {
      return fmt::format(R"(
context: {{n: {{initial: 0, reducer: {}}}}}
graph:
  runs-as: langgraph
  start: [a, b]
  nodes:
    a: {{do: [{{write: {{key: n, value: 1}}}}, {{read: n, as: r}}, {{if: r.value != 0, then: [{{fail: it sees its own write}}]}}], next: c}}
    b: {{do: [{{work: 1s}}, {{write: {{key: n, value: 2}}}}], next: c}}
    c: {{do: [{{read: n, as: r}}, {{if: r.value != 3, then: [{{fail: it does not see both}}]}}]}}
)",
                         reducer);
    };
    const Played sum = play(writers("sum"));
    CHECK(sum.runs == "a b c");
    CHECK(sum.reported == "success");
    const Played clash = play(writers("last"));
    CHECK(clash.runs == "a b");
    CHECK(clash.reported == "");
  }

  TEST_CASE("retry: what a failed attempt wrote is not committed") {
    const Played retried = play(R"(
context: {n: {initial: 0, reducer: sum}}
graph:
  runs-as: langgraph
  start: a
  nodes:
    a:
      retry: {times: 3}
      do: [{write: {key: n, value: 1}}, {call: t}]
      next: b
    b: {do: [{read: n, as: r}, {if: r.value != 1, then: [{fail: it was counted twice}]}]}
tools: {t: {}}
plan: [tool-error: {tool: t, nth: 1}]
)");
    CHECK(retried.reported == "success");
  }

  TEST_CASE("limit: a graph that needs all of its steps fails, one more lets it end; or it ends there") {
    const auto steps = [](const char* limit) {
      return fmt::format("graph:\n  runs-as: langgraph\n  start: a\n{}  nodes:\n    a: {{next: b}}\n    b: {{}}\n",
                         limit);
    };
    CHECK(play(steps("  limit: 2\n")).reported == "");
    CHECK(play(steps("  limit: 3\n")).reported == "success");
    CHECK(play(steps("  limit: 2\n  at-limit: end\n")).reported == "success");
    CHECK(play(steps("  limit: 1\n")).runs == "a");
  }

  TEST_CASE("limit: where it ends the graph, what has begun goes on to its end") {
    const Played limited = play(R"(
graph:
  runs-as: {preset: dataflow, guarantee: in-process}
  start: a
  limit: 3
  at-limit: end
  nodes:
    a: {do: [{work: 1s}], next: [b, c, d, e]}
    b: {do: [{work: 1s}]}
    c: {do: [{work: 1s}]}
    d: {do: [{work: 1s}]}
    e: {do: [{work: 1s}]}
)");
    CHECK(limited.runs == "a b c");
    CHECK(limited.reported == "success");
    CHECK(limited.violations == "");
  }

  TEST_CASE("visits: a node that is to run once more fails the graph") {
    const Played looping = play(R"(
graph:
  runs-as: crewai-flow
  start: a
  nodes:
    a: {do: [{work: 1s}], visits: 3, next: b}
    b: {next: a}
)");
    CHECK(looping.runs == "a b a b a b");
    CHECK(looping.reported == "");
  }

  TEST_CASE("speaker: one node at a time, drawn where nobody says who is next") {
    const std::string chat = R"(
graph:
  runs-as: group-chat
  start: a
  limit: 6
  at-limit: end
  nodes:
    a: {do: [{work: 1s}], next: [b, c]}
    b: {do: [{work: 1s}], next: [a, c]}
    c: {do: [{work: 1s}], next: [a, b]}
)";
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const std::string runs = play(chat, seed).runs;
      CHECK(runs.size() == 11);
      orders.insert(runs);
    }
    CHECK(orders.size() > 5);
  }

  TEST_CASE("data edges carry work and start nobody") {
    const std::string data = R"(
graph:
  runs-as: dataflow
  start: a
  nodes:
    a: {do: [{work: {time: 1s, makes: draft, wrong: 100%}}], next: b, data: c}
    b: {do: [{work: {time: 1s, makes: note, from: []}}], next: c}
    c: {do: [{work: {time: 1s, makes: report}}, {validate: {artifact: report}}]}
)";
    const Played played = play(data);
    CHECK(played.runs == "a b c");
    CHECK(played.reported == "failure");  // the report derives from a draft that is wrong
  }

  TEST_CASE(
      "checkpoint: after a crash the runtime goes on at its last step, and nodes that were done are not told again") {
    const auto crashed = [](const char* choices) {
      return fmt::format(R"(
context: {{n: {{initial: 0, reducer: sum}}}}
graph:
  runs-as: {{preset: langgraph{}}}
  start: s
  nodes:
    s: {{do: [{{work: 1s}}], next: [a, b]}}
    a: {{do: [{{work: 1s}}, {{write: {{key: n, value: 1}}}}], next: j}}
    b: {{do: [{{work: 9s}}, {{write: {{key: n, value: 1}}}}], next: j}}
    j: {{do: [{{read: n, as: r}}, {{if: r.value != 2, then: [{{fail: something was lost or doubled}}]}}]}}
plan: [agent-crash: {{agent: graph, at: {{time: 5s}}, restart: 1s}}]
)",
                         choices);
    };
    const Played saved = play(crashed(""));
    CHECK(saved.runs == "s a b b j");
    CHECK(saved.reported == "success");
    CHECK(saved.violations == "");
    const Played unsaved = play(crashed(", checkpoint: none"));
    CHECK(unsaved.runs == "s a b s a b j");
    CHECK(unsaved.reported == "success");
  }

  TEST_CASE("a worker that is stopped with its graph does not take its work up again") {
    const Played stopped = play(R"(
graph:
  runs-as: {preset: dataflow, failure: graph}
  start: [a, b]
  nodes:
    a: {do: [{work: 1s}, {fail: it is broken}]}
    b: {do: [{work: 1h}]}
)");
    CHECK(stopped.runs.size() == 3);  // each once
  }

  TEST_CASE("guarantee: a worker's lost work comes again, or is gone with it") {
    const auto worked = [](const char* guarantee) {
      return fmt::format(R"(
graph:
  runs-as: {{preset: queue-worker, guarantee: {}}}
  start: a
  nodes:
    a: {{do: [{{work: 5s}}], next: b}}
    b: {{do: [{{work: 1s}}]}}
plan: [agent-crash: {{agent: a, at: {{time: 2s}}, restart: 1s}}]
)",
                         guarantee);
    };
    const Played again = play(worked("at-least-once"));
    CHECK(again.runs == "a a b");
    CHECK(again.reported == "success");
    const Played gone = play(worked("at-most-once"));
    CHECK(gone.runs == "a");
    CHECK(gone.violations.find("no-orphaned-wait") != std::string::npos);
  }

  TEST_CASE("in a process nothing between runtime and nodes is lost; between workers it comes again, or is gone") {
    const auto lossy = [](const char* preset) {
      return fmt::format(
          "graph:\n  runs-as: {}\n  start: a\n  nodes:\n    a: {{do: [{{work: 1s}}], next: b}}\n    b: {{}}\n"
          "faults: [message-loss: {{chance: 100%}}]\n",
          preset);
    };
    CHECK(play(lossy("langgraph")).reported == "success");
    CHECK(play(lossy("queue-worker")).reported == "success");
    CHECK(play(lossy("{preset: queue-worker, guarantee: at-most-once}")).reported == "");
  }

  TEST_CASE("the word of another runtime's node is nothing to a runtime") {
    const Played misled = play(R"(
graph:
  runs-as: dataflow
  start: sub
  nodes:
    sub: {graph: {start: x, nodes: {x: {do: [{work: 1s}]}}}}
plan: [message-misroute: {from: x, to: sub-graph, topic: graph-done, nth: 1, arrives-at: graph}]
)");
    CHECK(misled.runs == "sub x");
    CHECK(misled.violations.find("no-orphaned-wait") != std::string::npos);  // whose word it was waits for it
  }

  TEST_CASE("who handles a subgraph's failure is told by which error it failed, however deep it lay") {
    const auto with = [](const std::string& inside, const std::string& around) {
      return play(fmt::format(R"(
graph:
  runs-as: step-functions
  start: s
  nodes:
    s:
      graph: {{start: x, nodes: {{x: {{graph: {{start: y, nodes: {{y: {{do: [{{fail: {{error: sold-out}}}}]}}}}}}, {}}}}}}}
      {}
      next: {{gone: g, late: l, other: o, well: w}}
    g: {{do: [{{work: 1s}}]}}
    l: {{do: [{{work: 1s}}]}}
    o: {{do: [{{work: 1s}}]}}
    w: {{do: [{{work: 1s}}]}}
)",
                              inside, around))
          .runs;
    };
    const std::string by_name =
        "otherwise: {sold-out: [{route: gone}], timeout: [{route: late}], any: [{route: other}]}";
    const std::string translated = "otherwise: {sold-out: [{fail: {error: timeout}}], any: [{sleep: 1s}]}";
    CHECK(with("visits: 9", by_name) == "s x y g");
    CHECK(with(translated, by_name) == "s x y l");
    CHECK(with("otherwise: {timeout: [{sleep: 1s}], sold-out: [{sleep: 2s}]}", by_name) ==
          "s x y w");  // handled inside
    CHECK(with("visits: 9", "otherwise: {timeout: [{route: late}], any: [{route: other}]}") == "s x y o");
    CHECK(with("visits: 9", "retry: {times: 2, on: [sold-out]}\n      otherwise: [{route: other}]") == "s x y x y o");
    CHECK(with("visits: 9", "retry: {times: 2, on: [timeout]}\n      otherwise: [{route: other}]") == "s x y o");
  }

  TEST_CASE("what nodes said to a run of a subgraph that was cut short is no news of the next one") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Played played = play(R"(
network: {latency: 1ms..3ms}
graph:
  runs-as: step-functions
  start: s
  nodes:
    s:
      graph:
        start: [x, y]
        nodes:
          x: {do: [{work: 10ms..12ms}, {if: now < 1s, then: [{fail: {error: early}}]}]}
          y: {do: [{work: 10ms..12ms}, {if: now < 1s, then: [{fail: {error: early}}]}]}
      retry: {times: 2, backoff: 2s}
)",
                                 seed);
      CHECK_MESSAGE(played.reported == "success", seed);
      CHECK_MESSAGE(played.violations == "", seed);
    }
  }

  TEST_CASE("a subgraph is one node of the graph around it, and fails as one") {
    const auto nested = [](const char* inside) {
      return fmt::format(R"(
graph:
  runs-as: langgraph
  start: a
  nodes:
    a: {{next: sub}}
    sub:
      graph: {{start: x, nodes: {{x: {{do: [{}], next: y}}, y: {{}}}}}}
      otherwise: [{{route: bad}}]
      next: {{good: b, bad: c}}
    b: {{}}
    c: {{}}
)",
                         inside);
    };
    CHECK(play(nested("{work: 1s}, {fail: broken}")).runs == "a sub x c");
    CHECK(play(nested("{work: 1s}")).runs == "a sub x y b");
  }
}

}  // namespace squall::scenarios
