// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// Every join and every choice of a runtime, each by a drawing that tells it from the others. What runs is said as
/// `a b join join`: nodes in the order in which they begin.
namespace squall::scenarios {
namespace {

struct Played {
  std::string runs;        ///< nodes, in order of their begin
  std::string violations;  ///< names of invariants
  std::string reported;    ///< `success`, `failure` or nothing
};

Played play(const std::string& graph, std::uint64_t seed = 1) {
  const Loaded loaded = loaded_text("workflow: t\n" + graph);
  const sim::Model& model = loaded.scenario->model;
  const Recording run = record(*loaded.scenario, sim::Seed{seed});
  Played played;
  for (const sim::TraceLine& line : run.trace.lines()) {
    const bool named = index(line.seen.topic) < model.topics.size();
    if (line.seen.kind == sim::Seen::consumed && named && model.topic(line.seen.topic).name == inner::run)
      played.runs += (played.runs.empty() ? "" : " ") + agent_name(model, run.world, line.seen.agent);
    if (line.seen.kind == sim::Seen::reported && played.reported.empty())
      played.reported = line.seen.value != 0 ? "success" : "failure";
  }
  played.violations = invariants_of(run.outcome.violations);
  return played;
}

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

  TEST_CASE("any: the next round starts it again, a latch never") {
    const auto rounds = [](const char* join) {
      return fmt::format(R"(
graph:
  runs-as: crewai-flow
  start: s
  nodes:
    s: {{do: [{{work: 1s}}], next: [a, b]}}
    a: {{do: [{{work: 1s}}], next: j}}
    b: {{do: [{{work: 2s}}, {{if: visit < 2, then: [{{route: again}}], else: [{{route: on}}]}}], next: {{again: [j, s], on: j}}}}
    j: {{join: {}}}
)",
                         join);
    };
    CHECK(play(rounds("{any: [a, b]}")).runs == "s a b j s a b j");
    CHECK(play(rounds("{any: [a, b], latch: true}")).runs == "s a b j s a b");
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
