// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/linted.hpp"

// L08, L14, L17, L22, L23, L24: waits, loops, dead ends, and who may do what. Each rule with a workflow that it finds, and the
// same one apart from what mends it.
namespace squall::scenarios {

TEST_SUITE("lint L08: unbounded-wait") {
  const std::string rule = "unbounded-wait";
  TEST_CASE("a question, also of an agent that works for others") {
    const auto asking = [](const std::string& field) {
      return "agents:\n  a: {\"on\": {go: [{ask: {to: b, topic: q}" + field +
             "}]}}\n  b: {\"on\": {q: [{reply: {}}]}}\n  c: {do: [{send: {to: a, topic: go}}]}\n";
    };
    CHECK(hits(rule, asking("")) == Hits{"a/ask b q"});
    CHECK(hits(rule, asking(", deadline: 1m")).empty());
  }
  TEST_CASE("a person") {
    const std::string person =
        "agents:\n  a: {do: [{send: {to: boss, topic: q}}, {receive: yes}]}\n"
        "  boss: {human: true, \"on\": {q: [{send: {to: a, topic: yes}}]}}\n";
    CHECK(finding_of(rule, person).what == "it waits for ever where boss never answers");
  }
  TEST_CASE("a lock; not a lease, which runs out, nor a limiter, whose time goes by") {
    const auto taking = [](const char* kind) {
      return fmt::format("resources: {{r: {{{}, frees: on-end}}}}\nagents:\n  a: {{do: [{{acquire: r}}]}}\n", kind);
    };
    CHECK(hits(rule, taking("lock: {}")) == Hits{"a/acquire r"});
    CHECK(hits(rule, taking("semaphore: 2")).size() == 1);
    CHECK(hits(rule, taking("lease: {ttl: 5s}")).empty());
    CHECK(hits(rule, taking("rate: {limit: 1, per: 1s}")).empty());
  }
  TEST_CASE("room in a mailbox") {
    const auto full = [](const char* what) {
      return fmt::format(
          "agents:\n  a: {{do: [{{send: {{to: b, topic: t}}}}]}}\n"
          "  b: {{mailbox: {{capacity: 4, full: {}}}, daemon: true, do: [{{receive: t}}]}}\n",
          what);
    };
    CHECK(hits(rule, full("block")) == Hits{"a/send b t"});
    CHECK(hits(rule, full("drop-old")).empty());
  }
  TEST_CASE("branches wait with the wait in one of them, and a bound around the step bounds them all") {
    const auto branches = [](const std::string& field) {
      return "agents:\n  a: {do: [{parallel: {x: [{receive: t}], y: [{work: 1s}]}" + field +
             "}]}\n  b: {do: [{send: {to: a, topic: t}}]}\n";
    };
    CHECK(finding_of(rule, branches("")).what ==
          "it waits for ever where what it waits for is lost, and the join of its branches with it");
    CHECK(hits(rule, branches(", timeout: 1m")).empty());
  }
  TEST_CASE("what is done when a bound has struck is outside of it") {
    const auto caught = [](const std::string& inner) {
      return "agents:\n  a: {do: [{receive: t, timeout: 1m, otherwise: [{receive: t" + inner +
             "}]}]}\n  b: {do: [{send: {to: a, topic: t}}]}\n";
    };
    CHECK(hits(rule, caught("")) == Hits{"a/receive t #2"});
    CHECK(hits(rule, caught(", timeout: 1m")).empty());
  }
}

TEST_SUITE("lint L14: unbounded-cycle") {
  const std::string rule = "unbounded-cycle";
  const auto loop = [](const std::string& repeat, const std::string& before = "") {
    return "agents:\n  a: {vars: {n: 0, done: false}, do: [" + before + repeat + "]}\n";
  };
  const std::string toss = "{work: 1s}, {choose: [{chance: 50%, do: [{set: {done: true}}]}, {do: []}]}";
  TEST_CASE("a loop that ends by chance") {
    CHECK(hits(rule, loop("{repeat: [" + toss + "], until: done}")) == Hits{"a/repeat"});
    CHECK(hits(rule, loop("{repeat: [" + toss + "], times: 5}")).empty());
    CHECK(hits(rule, loop("{repeat: [" + toss + "], until: done, deadline: 1h}")).empty());
  }
  TEST_CASE("what is counted bounds it: a variable, a condition inside") {
    CHECK(hits(rule, loop("{repeat: [" + toss + ", {set: {n: =n + 1}}], until: done || n == 9}")).empty());
    CHECK(hits(rule,
               loop("{repeat: [" + toss + ", {set: {n: =n + 1}}, {if: n > 9, then: [{fail: enough}]}], until: done}"))
              .empty());
    CHECK(hits(rule, loop("{repeat: [" + toss + ", {set: {n: 1}}], until: done || n == 9}")).size() == 1);
  }
  TEST_CASE("a loop that every round ends") {
    const auto toss_all = [](const char* other) {
      return fmt::format("{{work: 1s}}, {{choose: [{{chance: 50%, do: [{{set: {{done: true}}}}]}}, {{do: [{}]}}]}}",
                         other);
    };
    CHECK(hits(rule, loop("{repeat: [" + toss_all("{set: {done: true}}") + "], until: done}")).empty());
    CHECK(hits(rule, loop("{repeat: [" + toss_all("{set: {done: false}}") + "], until: done}")).size() == 1);
  }
  TEST_CASE("a loop that others feed goes on as they do") {
    const std::string sender = "  b: {do: [{send: {to: a, topic: t}}]}\n";
    CHECK(hits(rule, loop("{repeat: [{receive: t, as: m}], until: m.topic == 't'}") + sender).empty());
  }
  TEST_CASE("two that hand one task to and fro") {
    const auto pair = [](const std::string& second) {
      return "agents:\n  user: {do: [{send: {to: a, topic: task}}, {receive: answer}]}\n"
             "  a: {\"on\": {task: [{choose: [{chance: 90%, do: [{send: {to: b, topic: task}}]}, "
             "{do: [{send: {to: user, topic: answer}}]}]}]}}\n"
             "  b: {vars: {n: 0}, \"on\": {task: [" +
             second + "]}}\n";
    };
    const LintFinding finding = finding_of(rule, pair("{send: {to: a, topic: task}}"));
    CHECK(finding.where == "a/send b task");
    CHECK(finding.reasons == std::vector<std::string>{"a takes task and comes to a/send b task",
                                                      "b takes task and comes to b/send a task"});
    CHECK(hits(rule, pair("{send: {to: user, topic: answer}}")).empty());
    CHECK(hits(rule, pair("{set: {n: =n + 1}}, {if: n < 5, then: [{send: {to: a, topic: task}}], "
                          "else: [{send: {to: user, topic: answer}}]}"))
              .empty());
  }
}

TEST_SUITE("lint L17: self-wait") {
  const std::string rule = "self-wait";
  TEST_CASE("a branch takes what its parent holds") {
    const auto held = [](const char* other) {
      return fmt::format(
          "resources: {{r: {{semaphore: 1, frees: on-end}}, s: {{semaphore: 1, frees: on-end}}}}\nagents:\n"
          "  a: {{do: [{{acquire: r}}, {{parallel: {{x: [{{acquire: {}}}], y: [{{work: 1s}}]}}}}]}}\n",
          other);
    };
    CHECK(hits(rule, held("r")).size() == 1);
    CHECK(hits(rule, held("s")).empty());
  }
  TEST_CASE("who is asked takes what the asker holds") {
    const auto asking = [](const std::string& steps) {
      return "resources: {r: {lock: {}}}\nagents:\n  a: {do: [" + steps +
             "]}\n  b: {\"on\": {q: [{acquire: r}, {work: 1s}, {release: r}, {reply: {}}]}}\n";
    };
    CHECK(hits(rule, asking("{acquire: r}, {ask: {to: b, topic: q}}, {release: r}")) == Hits{"a/ask b q"});
    CHECK(hits(rule, asking("{acquire: r}, {release: r}, {ask: {to: b, topic: q}}")).empty());
    CHECK(
        hits(rule, asking("{acquire: r}, {ask: {to: b, topic: q}, timeout: 5s, otherwise: []}, {release: r}")).empty());
  }
  TEST_CASE("an agent that works on one message at a time asks itself") {
    const auto itself = [](int concurrency) {
      return fmt::format(
          "agents:\n  a: {{concurrency: {}, \"on\": {{q: [{{ask: {{to: a, topic: p}}}}], p: [{{reply: {{}}}}]}}}}\n"
          "  b: {{do: [{{send: {{to: a, topic: q}}}}]}}\n",
          concurrency);
    };
    CHECK(hits(rule, itself(1)) == Hits{"a/ask a p"});
    CHECK(hits(rule, itself(2)).empty());
  }
}

TEST_SUITE("lint L22: dead ends") {
  TEST_CASE("steps behind the end") {
    CHECK(hits("dead-step", "agents:\n  a: {do: [{finish: success}, {work: 1s}, {work: 2s}]}\n") == Hits{"a/work"});
    CHECK(hits("dead-step", "agents:\n  a: {do: [{work: 1s}, {finish: success}]}\n").empty());
  }
  TEST_CASE("a handler that nobody sends anything, and a child that nobody spawns") {
    CHECK(finding_of("dead-step", "agents:\n  a: {\"on\": {t: [{work: 1s}]}}\n  b: {do: [{work: 1s}]}\n").what ==
          "nobody sends t to a");
    CHECK(finding_of("dead-step", "agents:\n  a: {start: spawned, do: [{work: 1s}]}\n  b: {do: [{work: 1s}]}\n").what ==
          "no run spawns a");
  }
  TEST_CASE("what stands behind a wait that is told already is not told again") {
    CHECK(hits("dead-step",
               "agents:\n  a: {do: [{receive: t}, {work: 1s}]}\n  b: {do: [{receive: t}]}\n"
               "  c: {do: [{send: {to: b, topic: t}}]}\n")
              .empty());
  }
  TEST_CASE("a program that cannot end and should") {
    const auto loop = [](const std::string& fields) {
      return "agents:\n  a: {" + fields + "do: [{repeat: [{receive: t}]}]}\n  b: {do: [{send: {to: a, topic: t}}]}\n";
    };
    CHECK(hits("unreachable-end", loop("")) == Hits{"a/repeat"});
    CHECK(hits("unreachable-end", loop("daemon: true, ")).empty());
  }
}

TEST_SUITE("lint L23: claim-without-capability") {
  const std::string rule = "claim-without-capability";
  TEST_CASE("an agent does what it may not") {
    const auto coder = [](const char* can) {
      return fmt::format("tools: {{deploy: {{}}, merge: {{}}}}\nagents:\n  a: {{can: [{}], do: [{{call: deploy}}]}}\n",
                         can);
    };
    CHECK(finding_of(rule, coder("merge")).what == "a may not call deploy");
    CHECK(hits(rule, coder("merge, deploy")).empty());
  }
  TEST_CASE("it takes work from a queue that needs what it may not use") {
    const auto takers = [](const char* can) {
      return fmt::format(
          "topics: {{job: {{mode: queue}}}}\ntools: {{deploy: {{}}, merge: {{}}}}\nagents:\n"
          "  lead: {{do: [{{publish: job}}]}}\n"
          "  ops: {{\"on\": {{job: [{{call: deploy}}]}}}}\n"
          "  junior: {{can: [{}], \"on\": {{job: [{{work: 1s}}]}}}}\n",
          can);
    };
    CHECK(finding_of(rule, takers("merge")).what ==
          "junior takes job as well, for which ops calls deploy, and junior may not");
    CHECK(hits(rule, takers("merge, deploy")).empty());
  }
}

TEST_SUITE("lint L24: empty-fanout") {
  const std::string rule = "empty-fanout";
  TEST_CASE("the first of a number of branches that may be none") {
    const auto map = [](const char* to, const char* join) {
      return fmt::format(
          "agents:\n  a: {{vars: {{n: 0}}, do: [{{map: {{over: \"1..{}\", item: i, do: [{{work: 1s}}]}}, join: "
          "{}}}]}}\n",
          to, join);
    };
    CHECK(hits(rule, map("=n", "any")) == Hits{"a/map i"});
    CHECK(hits(rule, map("=n", "all")).empty());
    CHECK(hits(rule, map("3", "any")).empty());
    CHECK(hits(rule, map("=max(n, 1)", "any")).empty());
    CHECK(hits(rule, map("2", "3")).size() == 1);
  }
  TEST_CASE("work that may be handed out to nobody, and whose results are waited for all the same") {
    const auto chord = [](const std::string& times, const std::string& wait) {
      return "agents:\n  a: {vars: {n: 0}, do: [{times: " + times + ", repeat: [{send: {to: w, topic: job}}]}, " +
             wait + "]}\n  w: {\"on\": {job: [{send: {to: a, topic: result}}]}}\n";
    };
    CHECK(hits(rule, chord("=n", "{receive: result}")) == Hits{"a/repeat"});
    CHECK(hits(rule, chord("3", "{receive: result}")).empty());
    CHECK(hits(rule, chord("=n", "{receive: result, timeout: 1m, otherwise: []}")).empty());
    CHECK(hits(rule, chord("=n", "{times: =n, repeat: [{receive: result}]}")).empty());
  }
}

}  // namespace squall::scenarios
