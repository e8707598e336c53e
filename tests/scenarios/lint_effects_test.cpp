// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/linted.hpp"

// L09, L10, L12, L13, L18, L19, L20: what is done again, too often, or by somebody whom nobody stops. Each rule with a workflow
// that it finds, and the same one apart from what mends it.
namespace squall::scenarios {

TEST_SUITE("lint L09: retried-effect-without-key") {
  const std::string rule = "retried-effect-without-key";
  const auto calls = [](const std::string& tool, const std::string& step) {
    return "tools: {mail: {" + tool + "}}\nagents:\n  a: {do: [" + step + "]}\n";
  };
  TEST_CASE("a call that is tried again") {
    const LintFinding finding = finding_of(rule, calls("", "{call: mail, timeout: 5s, retry: {times: 3}}"));
    CHECK(finding.where == "a/call mail");
    CHECK(finding.reasons == std::vector<std::string>{"it is tried up to 3 times"});
    CHECK(hits(rule, calls("", "{call: mail, timeout: 5s}")).empty());
    CHECK(hits(rule, calls("effect: false", "{call: mail, timeout: 5s, retry: {times: 3}}")).empty());
  }
  TEST_CASE("a key tells the second time, where the tool looks at it") {
    const std::string keyed = "{call: {tool: mail, key: =instance}, timeout: 5s, retry: {times: 3}}";
    CHECK(hits(rule, calls("dedup: 1h", keyed)).empty());
    CHECK(
        finding_of(rule, calls("", keyed)).what.ends_with("its key does nothing, since the tool does not deduplicate"));
  }
  TEST_CASE("errors that say that nothing was done may be tried again") {
    CHECK(hits(rule, calls("", "{call: mail, retry: {times: 3, on: [rate-limited, unavailable]}}")).empty());
    CHECK(hits(rule, calls("", "{call: mail, retry: {times: 3, on: [rate-limited, timeout]}}")).size() == 1);
  }
  TEST_CASE("a block around it, whose failure says nothing about the call") {
    const std::string retry = ", retry: {times: 2, on: [unavailable]}}";
    CHECK(hits(rule, calls("", "{block: [{call: mail}, {fail: {error: unavailable}}]" + retry)).size() == 1);
    CHECK(hits(rule, calls("", "{block: [{work: 1s}, {call: mail}]" + retry)).empty());
  }
  TEST_CASE("work that is handed out again where its taker crashes") {
    const auto queue = [](const char* ack) {
      return fmt::format(
          "topics: {{job: {{mode: queue, ack: {}}}}}\ntools: {{mail: {{}}}}\nagents:\n"
          "  shop: {{do: [{{publish: job}}]}}\n  w: {{\"on\": {{job: [{{call: mail}}]}}}}\n",
          ack);
    };
    CHECK(hits(rule, queue("end")) == Hits{"w/call mail"});
    CHECK(hits(rule, queue("receive")).empty());
  }
  TEST_CASE("a question that is asked again") {
    const auto asking = [](const std::string& field) {
      return "tools: {mail: {}}\nagents:\n  a: {do: [{ask: {to: b, topic: q}, timeout: 5s" + field +
             "}]}\n  b: {\"on\": {q: [{call: mail}, {reply: {}}]}}\n";
    };
    CHECK(hits(rule, asking(", retry: {times: 2}")) == Hits{"b/call mail"});
    CHECK(hits(rule, asking("")).empty());
  }
}

TEST_SUITE("lint L10: key-includes-volatile") {
  const std::string rule = "key-includes-volatile";
  const auto keyed = [](const std::string& key, const std::string& before = "") {
    return "context: {run: {initial: 1}, order: {initial: 7}}\ntools: {charge: {dedup: 1h}}\nagents:\n"
           "  a: {do: [{ask: {to: b, topic: pay}, timeout: 5s, retry: {times: 3}}]}\n"
           "  b: {\"on\": {pay: [" +
           before + "{call: {tool: charge, key: " + key + "}}, {reply: {}}, {write: {key: run, value: 2}}]}}\n";
  };
  TEST_CASE("what changes from one attempt to the next") {
    CHECK(hits(rule, keyed("=msg.attempt")) == Hits{"b/call charge"});
    CHECK(hits(rule, keyed("=now")).size() == 1);
    CHECK(hits(rule, keyed("=msg.request")).empty());
    CHECK(hits(rule, keyed("=instance")).empty());
  }
  TEST_CASE("also by way of a variable") {
    CHECK(hits(rule, keyed("=k", "{set: {k: =msg.attempt}}, ")).size() == 1);
    CHECK(hits(rule, keyed("=k", "{set: {k: =msg.request}}, ")).empty());
  }
  TEST_CASE("a version, and an epoch that the work itself moves on") {
    CHECK(hits(rule, keyed("=r.version", "{read: order, as: r}, ")).size() == 1);
    CHECK(hits(rule, keyed("=r.value", "{read: run, as: r}, ")).size() == 1);
    CHECK(hits(rule, keyed("=r.value", "{read: order, as: r}, ")).empty());
  }
  TEST_CASE("what is done, remembered by hand under something that changes") {
    const auto planner = [](const std::string& renewed, const std::string& value) {
      return "context: {schedule: {initial: 1}, planned: {initial: 0}}\ntools: {flow: {}}\nagents:\n"
             "  a: {do: [{write: {key: schedule, value: " +
             renewed + "}}, {read: schedule, as: row}, {update: {key: planned, value: \"" + value +
             "\", guard: lock}}]}\n  b: {do: [{read: planned, as: tonight}, {times: =tonight.value, repeat: [{call: "
             "flow}]}]}\n";
    };
    const std::string once = "=old / row.value % 2 == 1 ? old : old + row.value";
    const LintFinding finding = finding_of(rule, planner("2", once));
    CHECK(finding.where == "a/update planned");
    CHECK(
        finding.what ==
        "planned knows what is done by something that is not the same for all who do it: row.value is another one when "
        "the work is over and schedule was written");
    CHECK(hits(rule, planner("1", once)).empty());  // as it was from the start
    CHECK(hits(rule, planner("2", "=old + row.value")).empty());
    CHECK(hits(rule, planner("2", "=old == instance ? old : instance")).empty());
  }
  TEST_CASE("who does it, where that may be another one next time") {
    const auto queue = [](const char* replicas) {
      return fmt::format(
          "topics: {{job: {{mode: queue, ack: end}}}}\ntools: {{mail: {{dedup: 1h}}}}\nagents:\n"
          "  shop: {{do: [{{publish: job}}]}}\n"
          "  w: {{replicas: {}, \"on\": {{job: [{{call: {{tool: mail, key: =self.index}}}}]}}}}\n",
          replicas);
    };
    CHECK(hits(rule, queue("2")).size() == 1);
    CHECK(hits(rule, queue("1")).empty());
  }
}

TEST_SUITE("lint L12: retry-product") {
  const std::string rule = "retry-product";
  TEST_CASE("retries around retries") {
    const auto nested = [](int outer) {
      return fmt::format(
          "tools: {{t: {{effect: false}}}}\nagents:\n"
          "  a: {{do: [{{block: [{{call: t, retry: {{times: 3}}}}], retry: {{times: {}}}}}]}}\n",
          outer);
    };
    const LintFinding finding = finding_of(rule, nested(3));
    CHECK(finding.what == "t may be called 9 times for one purpose");
    CHECK(finding.reasons ==
          std::vector<std::string>{"a/call t is tried up to 3 times", "a/block is tried up to 3 times"});
    CHECK(hits(rule, nested(2)).empty());
  }
  TEST_CASE("from agent to agent") {
    const auto chain = [](const std::string& retry) {
      return "tools: {t: {effect: false}}\nagents:\n  a: {do: [{ask: {to: b, topic: q}, timeout: 1m" + retry +
             "}]}\n  b: {\"on\": {q: [{call: t, retry: {times: 3}}, {reply: {}}]}}\n";
    };
    CHECK(hits(rule, chain(", retry: {times: 4}")) == Hits{"b/call t"});
    CHECK(hits(rule, chain("")).empty());
  }
  TEST_CASE("all tries in one window of the limiter") {
    const auto limited = [](const std::string& retry, int replicas = 2) {
      return fmt::format(
          "tools: {{t: {{effect: false, limit: 1 per 60s}}}}\nagents:\n"
          "  a: {{replicas: {}, do: [{{call: t, retry: {{times: 7, jitter: full, {}}}}}]}}\n",
          replicas, retry);
    };
    CHECK(finding_of(rule, limited("backoff: 1s")).what ==
          "all 7 tries come within 6s, and t lets no more than 1 in within 1m");
    CHECK(hits(rule, limited("backoff: 1s, factor: 2")).empty());  // 1 + 2 + 4 + 8 + 16 + 32 s
    CHECK(hits(rule, limited("backoff: 1s, hint: true")).empty());
    CHECK(hits(rule, limited("backoff: 1s, on: timeout")).empty());
    CHECK(hits(rule, limited("backoff: 1s", 1)).empty());
  }
}

TEST_SUITE("lint L13: retry-without-jitter") {
  const std::string rule = "retry-without-jitter";
  const auto crowd = [](const std::string& retry, const std::string& limit = "none") {
    return "tools: {t: {effect: false, limit: 5 per 1s}}\nagents:\n"
           "  a: {do: [{map: {over: 1..30, limit: " +
           limit + ", do: [{call: t, retry: {times: 4, " + retry + "}}]}}]}\n";
  };
  TEST_CASE("all that were rejected together come again together") {
    CHECK(hits(rule, crowd("backoff: 1s, factor: 2")) == Hits{"a/call t"});
    CHECK(hits(rule, crowd("backoff: 1s, factor: 2, jitter: full")).empty());
    CHECK(hits(rule, crowd("backoff: 1s..3s")).empty());
    CHECK(hits(rule, crowd("backoff: 1s, hint: true")).empty());
    CHECK(hits(rule, crowd("backoff: 1s, factor: 2", "5")).empty());
  }
}

TEST_SUITE("lint L18: spawn-without-cancel") {
  const auto parent = [](const std::string& spawn, const std::string& rest = "") {
    return "agents:\n  p: {do: [{spawn: " + spawn + ", as: c}, {work: 1s}" + rest +
           "]}\n  child: {start: spawned, do: [{work: 1m}]}\n";
  };
  TEST_CASE("a child that outlives its parent and that nobody stops") {
    const std::string rule = "spawn-without-cancel";
    CHECK(hits(rule, parent("{agent: child, on-parent-end: orphan}")) == Hits{"p/spawn child"});
    CHECK(hits(rule, parent("child")).empty());
    CHECK(hits(rule, parent("{agent: child, on-parent-end: wait}")).empty());
    CHECK(hits(rule, parent("{agent: child, on-parent-end: orphan}", ", {cancel: =c}")).empty());
  }
}

TEST_SUITE("lint L19: guard-beside-effect") {
  const std::string rule = "guard-beside-effect";
  const std::string head = "tools: {shell: {}, look: {effect: false}}\nagents:\n  a: {do: [";
  TEST_CASE("a branch that may refuse, and one that acts") {
    CHECK(hits(rule, head + "{parallel: {guard: [{work: 1s}, {fail: no}], act: [{work: 1s}, {call: shell}]}}]}\n") ==
          Hits{"a/call shell"});
    CHECK(hits(rule, head + "{parallel: {guard: [{work: 1s}, {fail: no}], act: [{work: 1s}, {call: look}]}}]}\n")
              .empty());
    CHECK(hits(rule, head + "{block: [{work: 1s}, {fail: no}], otherwise: []}, {call: shell}]}\n").empty());
  }
  TEST_CASE("a refusal that the branch itself takes back guards nothing") {
    CHECK(hits(rule, head + "{parallel: {guard: [{fail: no, otherwise: []}], act: [{call: shell}]}}]}\n").empty());
    CHECK(hits(rule, head + "{parallel: {guard: [{fail: no}], act: [{call: shell}]}, failure: collect}]}\n").empty());
  }
}

TEST_SUITE("lint L20: checkpoint-gap") {
  const std::string rule = "checkpoint-gap";
  const auto agent = [](const std::string& resume, const std::string& steps) {
    return "tools: {mail: {}}\nagents:\n  a: {resume: " + resume + ", vars: {held: 0}, do: [" + steps + "]}\n";
  };
  TEST_CASE("an effect, and a restart before the next checkpoint") {
    const LintFinding finding =
        finding_of(rule, agent("checkpoint", "{checkpoint: {}}, {call: mail}, {restart: {after: 1h}}"));
    CHECK(finding.where == "a/call mail");
    CHECK(finding.what == "a restart at a/restart does mail again: nothing has saved that it was done");
    CHECK(hits(rule, agent("checkpoint", "{checkpoint: {}}, {call: mail}, {checkpoint: {}}, {restart: {after: 1h}}"))
              .empty());
  }
  TEST_CASE("a crash that the file lets strike") {
    const std::string crash = "faults: [{agent-crash: {restart: 1s, chance: 1%}}]\n";
    const std::string steps = "{call: mail}, {work: 1s}, {checkpoint: {}}, {work: 1s}";
    CHECK(hits(rule, crash + agent("checkpoint", steps)).size() == 1);
    CHECK(hits(rule, agent("checkpoint", steps)).empty());
    CHECK(hits(rule, "faults: [{agent-crash: {chance: 1%}}]\n" + agent("checkpoint", steps)).empty());
  }
  TEST_CASE("a variable that is used behind the checkpoint that leaves it out") {
    const std::string steps = ", {while: held < 2, repeat: [{set: {held: =held + 1}}, {work: 1s}]}";
    CHECK(hits(rule, agent("checkpoint", "{checkpoint: {omit: held}}" + steps)) == Hits{"a/checkpoint"});
    CHECK(hits(rule, agent("checkpoint", "{checkpoint: {}}" + steps)).empty());
    CHECK(hits(rule, agent("checkpoint", "{checkpoint: {omit: held}}, {set: {held: 0}}" + steps)).empty());
  }
  TEST_CASE("half of a pair that has to be whole") {
    const auto pair = [](const std::string& first, const std::string& condition,
                         const std::string& crash = "faults: [{agent-crash: {restart: 1s, chance: 1%}}]\n") {
      return crash + "context: {asked: {initial: 0}, answered: {initial: 0}}\nagents:\n  a: {do: [" + first +
             "{times: 2, repeat: [{read: asked, as: x}, {read: answered, as: y}, {if: " + condition +
             "}, {update: {key: asked, value: =old + 1}}, {work: 1s}, {update: {key: answered, value: =old + 1}}]}]}\n";
    };
    const std::string unlike = "x.value != y.value, then: [{finish: failure}]";
    const LintFinding finding = finding_of(rule, pair("", unlike));
    CHECK(finding.where == "a/update asked");
    CHECK(finding.what ==
          "a restart between it and a/update answered leaves asked without its answered, and a/if gives up for good "
          "then");
    CHECK(hits(rule, pair("", "x.value == y.value, then: [], else: [{fail: torn}]")) == Hits{"a/update asked"});
    CHECK(hits(rule, pair("{read: asked, as: open}, {write: {key: answered, value: =open.value}}, ", unlike)).empty());
    CHECK(hits(rule, pair("", "x.value != y.value, then: [{work: 1s}]")).empty());
    CHECK(hits(rule, pair("", unlike, "")).empty());
  }
  TEST_CASE("a checkpoint that nobody goes on from") {
    CHECK(hits(rule, agent("start", "{work: 1s}, {checkpoint: {}}, {work: 1s}")) == Hits{"a/checkpoint"});
    CHECK(hits(rule, agent("checkpoint", "{work: 1s}, {checkpoint: {}}, {work: 1s}")).empty());
  }
}

}  // namespace squall::scenarios
