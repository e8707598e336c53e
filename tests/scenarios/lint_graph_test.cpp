// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/witness.hpp"
#include "tests/scenarios/linted.hpp"

// L01 to L04, and L07, L14, L15, L20, L22 of graphs. Each rule with a drawing that it finds, and the same one apart from what
// mends it.
namespace squall::scenarios {
namespace {

const std::string tossed = "do: [{choose: [{chance: 50%, do: [{route: a}]}, {do: [{route: b}]}]}]";

std::string graph(const std::string& runs_as, const std::string& nodes, const std::string& more = "") {
  return more + "graph:\n  runs-as: " + runs_as + "\n  start: s\n  nodes:\n" + nodes;
}

}  // namespace

TEST_SUITE("lint L01: join-over-choice") {
  const std::string rule = "join-over-choice";
  const auto choice = [](const std::string& runs_as, const std::string& body, const std::string& join) {
    return graph(runs_as, "    s: {" + body +
                              ", next: {a: x, b: y}}\n    x: {next: j}\n    y: {next: j}\n    j: {join: " + join +
                              ", next: end}\n");
  };
  TEST_CASE("a router takes one of the ways that a join waits for") {
    const LintFinding finding = finding_of(rule, choice("graphflow", tossed, "all"));
    CHECK(finding.where == "j");
    CHECK(finding.what == "it waits for x and y, and s takes the way of one of them");
    CHECK(hits(rule, choice("graphflow", tossed, "any")).empty());
    CHECK(hits(rule, choice("graphflow", "do: [{route: [a, b]}]", "all")).empty());
    const std::string several = "do: [{choose: [{chance: 50%, do: [{route: [a, b]}]}, {do: [{route: a}]}]}]";
    CHECK(finding_of(rule, choice("graphflow", several, "all")).what ==
          "it waits for x and y, and s may take the way of one of them");
  }
  TEST_CASE("where skipped edges are told, it is skipped, unless it counts what was taken") {
    CHECK(finding_of(rule, choice("dataflow", tossed, "all"))
              .what.starts_with("it is skipped where s takes the way of x or that of y alone"));
    CHECK(hits(rule, choice("dataflow", tossed, "all-taken")).empty());
  }
  TEST_CASE("a join with a condition of its own waits for all tokens first, where nobody tells of an edge not taken") {
    const std::string barrier = "{wait: all, when: tokens.ok > 0}";
    CHECK(hits(rule, choice("{preset: dataflow, skip: none}", tossed, barrier)) == Hits{"j"});
    CHECK(hits(rule, choice("{preset: dataflow, skip: propagate}", tossed, barrier)).empty());
    CHECK(hits(rule, choice("{preset: dataflow, skip: none}", tossed, "{wait: any, when: tokens.ok > 0}")).empty());
  }
  TEST_CASE("the choice may lie far before") {
    CHECK(hits(rule,
               graph("graphflow", "    s: {" + tossed +
                                      ", next: {a: x, b: y}}\n    x: {next: x2}\n    x2: {next: j}\n    y: {next: j}\n"
                                      "    j: {join: all}\n")) == Hits{"j"});
    CHECK(hits(rule, graph("graphflow",
                           "    s: {" + tossed +
                               ", next: {a: x, b: x}}\n    x: {next: [p, q]}\n    p: {next: j}\n    q: {next: j}\n"
                               "    j: {join: all}\n"))
              .empty());
  }
}

TEST_SUITE("lint L02: join-on-back-edge") {
  TEST_CASE("a join waits for what comes only after it") {
    const auto loop = [](const std::string& join) {
      return graph("graphflow", "    s: {next: l}\n    l: {join: " + join + ", next: r}\n    r: {visits: 3, " + tossed +
                                    ", next: {a: l, b: end}}\n");
    };
    const LintFinding finding = finding_of("join-on-back-edge", loop("all"));
    CHECK(finding.certain);
    CHECK(finding.where == "l");
    CHECK(finding.what == "it waits for r, which is come to only through it");
    CHECK(hits("join-on-back-edge", loop("any")).empty());
    CHECK(hits("join-on-back-edge", loop("[{all: [s]}, {any: [r]}]")).empty());
  }
}

TEST_SUITE("lint L03: join-unequal-depth") {
  const std::string rule = "join-unequal-depth";
  const auto branches = [](const std::string& long_way, const std::string& join) {
    return graph("langgraph", "    s: {next: [b, c]}\n    b: {next: b2}\n    b2: {next: d}\n    c: {next: " + long_way +
                                  "}\n    c2: {next: d}\n    d: {" + join + "}\n");
  };
  TEST_CASE("branches of unequal length in supersteps") {
    CHECK(finding_of(rule, branches("d", "join: each")).what ==
          "c comes to it after 2 steps, b2 after 3: it runs for each of them");
    CHECK(hits(rule, branches("c2", "join: each")).empty());
    CHECK(hits(rule, branches("d", "join: all")).empty());
    CHECK(hits(rule, branches("d", "defer: true")).empty());
  }
  TEST_CASE("a loop is no branch") {
    CHECK(hits(rule, graph("langgraph",
                           "    s: {next: w}\n    w: {next: c}\n    c: {" + tossed + ", next: {a: w, b: end}}\n"))
              .empty());
  }
  TEST_CASE("one way or the other") {
    CHECK(hits(rule, graph("langgraph", "    s: {" + tossed + ", next: {a: b, b: d}}\n    b: {next: d}\n    d: {}\n"))
              .empty());
  }
}

TEST_SUITE("lint L04: forks and joins") {
  TEST_CASE("both branches of a fork start a node that joins nothing") {
    const auto fork = [](const std::string& join) {
      return graph("crewai-flow",
                   "    s: {next: [x, y]}\n    x: {next: j}\n    y: {next: j}\n    j: {join: " + join + "}\n");
    };
    CHECK(hits("fork-without-join", fork("each")) == Hits{"j"});
    CHECK(hits("fork-without-join", fork("all")).empty());
    CHECK(hits("fork-without-join", fork("[{all: [x]}, {all: [y]}]")) == Hits{"j"});
    CHECK(hits("fork-without-join", fork("[{any: [x, y]}]")) == Hits{"j"});
    CHECK(hits("fork-without-join", fork("[{all: [x, y]}]")).empty());
  }
  TEST_CASE("a node that fails goes another way than one that ends well") {
    const auto caught = [](const std::string& body) {
      return graph("dataflow",
                   "    s: {" + body +
                       ", otherwise: [{route: bad}], next: {ok: x, bad: y}}\n    x: {next: j}\n    y: {next: j}\n"
                       "    j: {join: each}\n");
    };
    const std::string scope = "graph: {start: w, nodes: {w: {do: [{work: 1s}, {fail: no}]}}}";
    CHECK(hits("fork-without-join", caught(scope)).empty());
    CHECK(hits("fork-without-join", caught("do: [{work: 1s}]")).empty());
    // Two of three labels lead the same way.
    CHECK(hits("fork-without-join",
               graph("dataflow",
                     "    s: {" + scope +
                         ", otherwise: {failed: [{route: bad}], any: [{route: worse}]}, next: {ok: x, bad: x, worse: "
                         "y}}\n    x: {next: j}\n    y: {next: j}\n    j: {join: each}\n"))
              .empty());
    CHECK(hits("fork-without-join",
               graph("dataflow",
                     "    s: {" + scope +
                         ", next: {ok: x, bad: y}}\n    x: {next: j}\n    y: {next: j}\n    j: {join: each}\n")) ==
          Hits{"j"});
  }
  TEST_CASE("a join leaves a branch of its fork out") {
    const auto three = [](const std::string& z) {
      return graph("graphflow", "    s: {next: [x, y, z]}\n    x: {next: j}\n    y: {next: j}\n    z: {next: " + z +
                                    "}\n    j: {join: all}\n");
    };
    CHECK(finding_of("join-misses-branch", three("end")).what ==
          "it does not wait for z, which s starts beside what it waits for");
    CHECK(hits("join-misses-branch", three("j")).empty());
  }
  TEST_CASE("a branch that comes together again behind the join is not missed by it") {
    const auto past = [](const std::string& z) {
      return graph("dataflow",
                   "    s: {next: [x, y, z]}\n    x: {next: j}\n    y: {next: j}\n    j: {join: all, next: k}\n"
                   "    k: {join: all, next: end}\n    z: {next: " +
                       z + "}\n");
    };
    CHECK(hits("join-misses-branch", past("end")) == Hits{"j"});
    CHECK(hits("join-misses-branch", past("k")).empty());
    // The result of the join is used where the fork's own is: as in graphs of tasks that pass files on.
    CHECK(hits("join-misses-branch",
               graph("dataflow",
                     "    s: {next: [x, y, z]}\n    x: {next: j}\n    y: {next: j}\n    j: {join: all, next: z}\n"
                     "    z: {join: all, next: end}\n"))
              .empty());
  }
}

TEST_SUITE("lint of graphs: cycles and dead ends") {
  const auto loop = [](const std::string& runs_as, const std::string& fields) {
    return graph(runs_as, "    s: {next: w}\n    w: {next: c}\n    c: {" + fields + ", next: {a: w, b: end}}\n");
  };
  TEST_CASE("L14: a circle that ends by chance, unless something counts its rounds") {
    CHECK(finding_of("unbounded-cycle", loop("langgraph", tossed)).what ==
          "w -> c -> w may go round any number of times");
    CHECK(hits("unbounded-cycle", loop("langgraph", tossed + ", visits: 5")).empty());
    CHECK(hits("unbounded-cycle", loop("langgraph", "do: [{if: visit < 3, then: [{route: a}], else: [{route: b}]}]"))
              .empty());
    CHECK(
        hits("unbounded-cycle",
             graph("langgraph", "    s: {next: w}\n    w: {" + tossed + ", next: {a: s, b: end}}\n") + "  limit: 25\n")
            .empty());
  }
  TEST_CASE("L14: a circle that ends by the limit alone, which fails the graph") {
    const std::string rule = "limit-ends-cycle";
    const std::string limit = "  limit: 25\n";
    const LintFinding finding = finding_of(rule, loop("langgraph", tossed) + limit);
    CHECK(finding.where == "w");
    CHECK(finding.what ==
          "w -> c -> w goes round until the graph's limit of 25 fails it: no round brings it nearer to an end");
    CHECK(hits(rule, loop("langgraph", tossed)).empty());  // that is unbounded-cycle
    CHECK(hits(rule, loop("langgraph", tossed) + limit + "  at-limit: end\n").empty());
    CHECK(hits(rule, loop("langgraph", tossed + ", visits: 5") + limit).empty());
    CHECK(
        hits(rule, loop("langgraph", "do: [{if: visit < 3, then: [{route: a}], else: [{route: b}]}]") + limit).empty());
  }
  TEST_CASE("L15: a talk that ends when somebody says so") {
    CHECK(hits("stop-tree-unbounded", loop("group-chat", tossed)) == Hits{"w"});
    CHECK(hits("stop-tree-unbounded", loop("group-chat", tossed) + "  limit: 20\n").empty());
  }
  TEST_CASE("L02: a join waits for a node that nothing leads to") {
    CHECK(finding_of("join-on-back-edge", graph("graphflow", "    s: {next: j}\n    x: {next: j}\n    j: {}\n")).what ==
          "it waits for x, to which nothing leads from the start");
  }
  TEST_CASE("L22: a node that nothing leads to, and one from which nothing leads to the end") {
    CHECK(hits("dead-step", graph("graphflow", "    s: {}\n    x: {}\n")) == Hits{"x"});
    CHECK(hits("dead-step", graph("graphflow", "    s: {next: x}\n    x: {}\n")).empty());
    CHECK(hits("unreachable-end", graph("langgraph", "    s: {next: x}\n    x: {next: y}\n    y: {next: x}\n")) ==
          Hits{"s"});
    CHECK(hits("unreachable-end", graph("langgraph", "    s: {next: x}\n    x: {next: y}\n    y: {next: end}\n"))
              .empty());
  }
}

TEST_SUITE("lint L24: empty fan-outs of graphs") {
  const std::string rule = "empty-fanout";
  const auto fan = [](const std::string& over, const std::string& body, const std::string& next,
                      const std::string& first = "next: f") {
    return graph("langgraph", "    s: {" + first + "}\n    f: {over: \"" + over + "\", item: i, do: [" + body +
                                  "], next: " + next + "}\n    x: {do: [{work: 1s}]}\n    y: {do: [{work: 1s}]}\n");
  };
  TEST_CASE("elements that route leave nobody who does where there are none") {
    const std::string routes = "{if: i > 5, then: [{route: a}], else: [{route: b}]}";
    const LintFinding finding = finding_of(rule, fan("1..=visit - 1", routes, "{a: x, b: y}"));
    CHECK(finding.where == "f");
    CHECK(finding.what == "it may have no element, and then nobody takes a way: x, y do not run");
    CHECK(hits(rule, fan("1..3", routes, "{a: x, b: y}")).empty());
    CHECK(hits(rule, fan("1..=max(visit - 1, 1)", routes, "{a: x, b: y}")).empty());
  }
  TEST_CASE("what is behind a fan-out begins without a result of it") {
    CHECK(finding_of(rule, fan("1..=visit - 1", "{work: 1s}", "[x, y]")).what ==
          "it may have no element, and x begins all the same, with no result of it");
    CHECK(hits(rule, fan("1..=visit - 1", "{work: 1s}", "end")).empty());
  }
  TEST_CASE("who asks before whether there is anything may go on") {
    const std::string asks = "do: [{if: visit > 1, then: [{route: a}], else: [{route: b}]}], next: {a: f, b: end}";
    CHECK(hits(rule, fan("1..=visit - 1", "{work: 1s}", "[x, y]", asks)).empty());
  }
  TEST_CASE("a router passes by all branches of a join that asks for one of them") {
    const auto header = [](const std::string& none, const std::string& when) {
      return graph("queue-worker",
                   "    s: {do: [{choose: [{chance: 50%, do: [{route: [a, b]}]}, {do: [{route: " + none +
                       "}]}]}], next: {a: x, b: y, c: end}}\n    x: {next: j}\n    y: {next: j}\n"
                       "    j: {join: {wait: all, when: \"" +
                       when + "\"}}\n");
    };
    const std::string sources = "{preset: queue-worker, skip: propagate}";
    const auto told = [&](const std::string& none, const std::string& when) {
      std::string text = header(none, when);
      text.replace(text.find("queue-worker"), 12, sources);
      return hits(rule, text);
    };
    CHECK(told("c", "tokens.failed == 0 && tokens.ok > 0") == Hits{"j"});
    CHECK(told("c", "tokens.failed == 0").empty());
    CHECK(told("a", "tokens.failed == 0 && tokens.ok > 0").empty());
  }
}

TEST_SUITE("lint of graphs: state") {
  TEST_CASE("L07: two nodes of one step write one key") {
    const auto writers = [](const std::string& reducer, const std::string& next) {
      return graph("langgraph",
                   "    s: {next: [x, y]}\n    x: {do: [{write: {key: k, value: 1}}]}\n    y: {next: " + next +
                       "}\n    z: {do: [{write: {key: k, value: 2}}]}\n",
                   "context: {k: {initial: 0, reducer: " + reducer + "}}\n");
    };
    const auto same_step = [](const std::string& reducer) {
      return graph("langgraph",
                   "    s: {next: [x, y]}\n    x: {do: [{write: {key: k, value: 1}}]}\n"
                   "    y: {do: [{write: {key: k, value: 2}}]}\n",
                   "context: {k: {initial: 0, reducer: " + reducer + "}}\n");
    };
    CHECK(finding_of("parallel-writers", same_step("last")).what ==
          "it and y may write k in one step, which has no reducer: the graph fails");
    CHECK(hits("parallel-writers", same_step("sum")).empty());
    CHECK(hits("parallel-writers", writers("last", "z")).empty());  // in the step after
  }
  TEST_CASE("L08: what waits in a subgraph is bounded by the node around it") {
    const auto inside = [](const std::string& bound) {
      return graph("dataflow",
                   "    s: {" + bound + "graph: {start: x, nodes: {x: {do: [{ask: {to: out, topic: ok}}]}}}}\n",
                   "agents: {out: {\"on\": {ok: [{reply: {}}]}}}\n");
    };
    CHECK(hits("unbounded-wait", inside("")) == Hits{"x/ask out ok"});
    CHECK(hits("unbounded-wait", inside("timeout: 1h, ")).empty());
    CHECK(hits("unbounded-wait", inside("deadline: 1h, ")).empty());
  }
  TEST_CASE("L20: an effect before a question is had again with the answer") {
    const auto node = [](const std::string& steps) {
      return graph("langgraph", "    s: {do: [" + steps + "]}\n",
                   "tools: {mail: {}}\nagents: {boss: {human: true, \"on\": {ok: "
                   "[{reply: {}}]}}}\n");
    };
    CHECK(hits("checkpoint-gap", node("{call: mail}, {interrupt: {to: boss, topic: ok}}")) == Hits{"s/call mail"});
    CHECK(hits("checkpoint-gap", node("{interrupt: {to: boss, topic: ok}}, {call: mail}")).empty());
  }
}

TEST_SUITE("lint of graphs: witnesses") {
  /// The check by which a run shows the finding of a rule; empty: none does.
  const auto shown_by = [](const std::string& rule, const std::string& sections) {
    const Loaded file = load_text("lint.yaml", "workflow: lint\n" + sections);
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    for (const LintFinding& finding : lint(file)) {
      if (finding.rule != rule) continue;
      const Rehearsed rehearsed = rehearse(file, finding);
      return rehearsed.witness ? rehearsed.witness->violation.invariant : std::string{};
    }
    return std::string{"not found"};
  };
  TEST_CASE("what runtimes say to one another about a question is nobody's message") {
    CHECK(hits("unread-topic",
               "agents: {boss: {human: true, \"on\": {ok: [{reply: {}}]}}}\n" +
                   graph("langgraph",
                         "    s: {graph: {start: x, nodes: {x: {do: [{interrupt: {to: boss, topic: ok}}], "
                         "next: y}, y: {do: [{work: 1s}]}}}}\n")) == Hits{});
  }
  TEST_CASE("a join that is never met leaves a token") {
    CHECK(shown_by("join-over-choice",
                   graph("graphflow", "    s: {" + tossed +
                                          ", next: {a: x, b: y}}\n    x: {next: j}\n    y: {next: j}\n"
                                          "    j: {}\n")) == "proper-completion");
    CHECK(shown_by("join-on-back-edge", graph("graphflow", "    s: {next: l}\n    l: {next: r}\n    r: {visits: 3, " +
                                                               tossed + ", next: {a: l, b: end}}\n")) ==
          "proper-completion");
  }
  TEST_CASE("a node that runs for each branch ends twice") {
    CHECK(shown_by("join-unequal-depth",
                   graph("langgraph",
                         "    s: {next: [b, c]}\n    b: {next: b2}\n    b2: {next: d}\n    c: {next: d}\n"
                         "    d: {do: [{work: 1s}]}\n")) == "runs-once");
    CHECK(shown_by("fork-without-join", graph("crewai-flow",
                                              "    s: {next: [x, y]}\n    x: {next: j}\n    y: {next: j}\n"
                                              "    j: {do: [{work: 1s}]}\n")) == "runs-once");
  }
  TEST_CASE("two writers of one step fail the graph; a question repeats what came before it; a talk goes on") {
    CHECK(shown_by("parallel-writers", graph("langgraph",
                                             "    s: {next: [x, y]}\n    x: {do: [{write: {key: k, value: 1}}]}\n"
                                             "    y: {do: [{write: {key: k, value: 2}}]}\n",
                                             "context: {k: {initial: 0}}\n")) == "does-not-fail");
    CHECK(shown_by("checkpoint-gap",
                   graph("langgraph", "    s: {do: [{call: mail}, {interrupt: {to: boss, topic: ok}}]}\n",
                         "tools: {mail: {}}\nagents: {boss: {human: true, \"on\": {ok: [{reply: {}}]}}}\n")) ==
          "exactly-once");
    CHECK(shown_by("stop-tree-unbounded",
                   graph("group-chat",
                         "    s: {do: [{work: 1m}], next: w}\n    w: {do: [{work: 1m}, {choose: [{chance: 95%, do: "
                         "[{route: a}]}, {do: [{route: b}]}]}], next: {a: s, b: end}}\n")) == "termination");
  }
}

}  // namespace squall::scenarios
