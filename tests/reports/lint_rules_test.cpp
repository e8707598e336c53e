// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "scenarios/lint/rules.hpp"
#include "tests/reports/command.hpp"

// Every rule of the table by the command: it hits, has a place and a fix, and `--witness` says of it how a run shows it, or that it is
// a suspicion.
namespace squall::reports {
namespace {

struct RuleSample {
  std::string rule;
  const char* shown;  ///< what the run that shows it violates; empty: a suspicion
  const char* sections;
};

const char* const toss = "choose: [{chance: 50%, do: [{route: a}]}, {do: [{route: b}]}]";

const std::vector<RuleSample> rule_samples{
    {"join-over-choice", "proper-completion",
     "graph: {runs-as: graphflow, start: s, nodes: {s: {do: [{TOSS}], next: {a: x, b: y}}, x: {next: j}, y: {next: j}, "
     "j: {join: all}}}\n"},
    {"join-on-back-edge", "proper-completion",
     "graph: {runs-as: graphflow, start: s, nodes: {s: {next: l}, l: {next: r}, r: {visits: 3, do: [{TOSS}], "
     "next: {a: l, b: end}}}}\n"},
    {"join-unequal-depth", "runs-once",
     "graph: {runs-as: langgraph, start: s, nodes: {s: {next: [b, c]}, b: {next: b2}, b2: {next: d}, c: {next: d}, "
     "d: {do: [{work: 1s}]}}}\n"},
    {"fork-without-join", "runs-once",
     "graph: {runs-as: crewai-flow, start: s, nodes: {s: {next: [x, y]}, x: {next: j}, y: {next: j}, "
     "j: {do: [{work: 1s}]}}}\n"},
    {"join-misses-branch", "",
     "graph: {runs-as: graphflow, start: s, nodes: {s: {next: [x, y, z]}, x: {next: j}, y: {next: j}, z: {next: end}, "
     "j: {join: all}}}\n"},
    {"unread-topic", "proper-completion",
     "agents:\n  a: {do: [{send: {to: b, topic: hello}}, {send: {to: c, topic: hello}}]}\n"
     "  b: {do: [{work: 5s}, {finish: success}, {receive: hello}]}\n  c: {do: [{receive: hello}, {finish: "
     "success}]}\n"},
    {"unfed-wait", "no-orphaned-wait",
     "agents:\n  a: {do: [{receive: yes}]}\n  b: {do: [{receive: yes}]}\n"
     "  c: {do: [{send: {to: b, topic: yes}}]}\n"},
    {"exclusive-and-collected", "no-orphaned-wait",
     "agents:\n  a: {do: [{parallel: {x: [{receive: vote}], y: [{receive: {topic: vote, count: 2}}]}}]}\n"
     "  b: {replicas: 2, do: [{work: 1s..9s}, {send: {to: a, topic: vote}}]}\n"},
    {"parallel-writers", "no-lost-update",
     "context: {k: {initial: 0}}\nagents:\n  a: {replicas: 2, do: [{update: {key: k, value: =old + 1}}]}\n"},
    {"unbounded-wait", "no-orphaned-wait",
     "agents:\n  a: {do: [{ask: {to: b, topic: q}}]}\n  b: {\"on\": {q: [{reply: {}}]}}\n"},
    {"retried-effect-without-key", "exactly-once",
     "tools: {mail: {}}\nagents:\n  a: {do: [{call: mail, timeout: 5s, retry: {times: 3}}]}\n"},
    {"key-includes-volatile", "exactly-once",
     "tools: {mail: {dedup: 1h, latency: 1s}}\nagents:\n"
     "  a: {do: [{ask: {to: b, topic: pay}, timeout: 5s, retry: {times: 3}}]}\n"
     "  b: {\"on\": {pay: [{call: {tool: mail, key: =msg.attempt, for: =instance}}, {reply: {}}]}}\n"},
    {"lease-shorter-than-work", "single-owner",
     "context: {k: {initial: 0}}\nresources: {r: {lease: {ttl: 30s}}}\nagents:\n"
     "  a: {replicas: 2, do: [{acquire: r}, {work: 1s..90s}, {write: {key: k, value: 1}}, {release: r}]}\n"},
    {"retry-product", "retry-amplification",
     "tools: {t: {effect: false}}\nagents:\n"
     "  a: {do: [{block: [{call: t, retry: {times: 3}}], retry: {times: 3}}]}\n"},
    {"retry-without-jitter", "retry-amplification",
     "tools: {t: {effect: false, limit: 5 per 1s}}\nagents:\n"
     "  a: {do: [{map: {over: 1..30, do: [{call: t, retry: {times: 4, backoff: 1s, factor: 2}}]}}]}\n"},
    {"unbounded-cycle", "termination",
     "agents:\n  a: {vars: {done: false}, do: [{repeat: [{work: 10m}, {choose: [{chance: 2%, do: [{set: {done: "
     "true}}]}, "
     "{do: []}]}], until: done}]}\n"},
    {"limit-ends-cycle", "does-not-fail",
     "graph: {runs-as: langgraph, start: s, limit: 5, nodes: {s: {do: [{work: 1s}, {TOSS}], next: {a: s, b: end}}}}\n"},
    {"stop-tree-unbounded", "termination",
     "graph: {runs-as: group-chat, start: s, nodes: {s: {do: [{work: 1m}], next: w}, w: {do: [{work: 1m}, {choose: "
     "[{chance: 95%, do: [{route: a}]}, {do: [{route: b}]}]}], next: {a: s, b: end}}}}\n"},
    {"lock-order", "deadlock-freedom",
     "resources: {r: {lock: {}}, s: {lock: {}}}\nagents:\n"
     "  a: {do: [{acquire: r}, {work: 1s..5s}, {acquire: s}, {release: s}, {release: r}]}\n"
     "  b: {do: [{acquire: s}, {work: 1s..5s}, {acquire: r}, {release: r}, {release: s}]}\n"},
    {"self-wait", "deadlock-freedom",
     "resources: {r: {lock: {}}}\nagents:\n  a: {do: [{acquire: r}, {acquire: r}, {release: r}]}\n"},
    {"spawn-without-cancel", "no-orphans",
     "agents:\n  p: {do: [{spawn: {agent: child, on-parent-end: orphan}, as: c}, {work: 1s}]}\n"
     "  child: {start: spawned, do: [{work: 1m}]}\n"},
    {"guard-beside-effect", "guard-before-effect",
     "tools: {shell: {}}\nagents:\n"
     "  a: {do: [{work: {time: 1s, makes: plan, wrong: 50%}}, {parallel: {guard: [{work: 5s}, {validate: plan}], act: "
     "[{work: 1s}, {call: shell}]}}]}\n"},
    {"checkpoint-gap", "exactly-once",
     "tools: {mail: {}}\nagents:\n"
     "  a: {resume: checkpoint, do: [{checkpoint: {}}, {call: mail}, {work: 1s}, {checkpoint: {}}, {work: 1s}]}\n"
     "faults: [{agent-crash: {restart: 1s, chance: 1%}}]\n"},
    {"subscribe-after-snapshot", "no-orphaned-wait",
     "context: {status: {initial: 0}}\ntopics: {over: {mode: broadcast}}\nagents:\n"
     "  s: {do: [{work: 1s..9s}, {write: {key: status, value: 1}}, {publish: over}]}\n"
     "  c: {do: [{read: status}, {work: 1s..9s}, {subscribe: over}, {receive: over}]}\n"},
    {"dead-step", "", "agents:\n  a: {do: [{finish: success}, {work: 1s}]}\n"},
    {"unreachable-end", "proper-completion",
     "agents:\n  a: {do: [{repeat: [{receive: t}]}]}\n  b: {do: [{send: {to: a, topic: t}}]}\n"},
    {"claim-without-capability", "roles",
     "tools: {deploy: {}, merge: {}}\nagents:\n  a: {can: [merge], do: [{call: deploy}]}\n"},
    {"empty-fanout", "no-orphaned-wait",
     "agents:\n  a: {vars: {n: 0}, do: [{times: =n, repeat: [{send: {to: w, topic: job}}]}, {receive: result}]}\n"
     "  w: {\"on\": {job: [{send: {to: a, topic: result}}]}}\n"},
    {"wait-cycle", "deadlock-freedom",
     "agents:\n  a: {do: [{receive: yes}, {send: {to: b, topic: go}}]}\n"
     "  b: {do: [{receive: go}, {send: {to: a, topic: yes}}]}\n"},
    {"unreleased", "release", "resources: {r: {lock: {}}}\nagents:\n  a: {do: [{acquire: r}, {work: 1s}]}\n"},
};

std::string sections_of(const RuleSample& sample) {
  std::string text = sample.sections;
  for (std::size_t at = text.find("TOSS"); at != std::string::npos; at = text.find("TOSS")) text.replace(at, 4, toss);
  return "workflow: sample\n" + text;
}

}  // namespace

TEST_SUITE("squall lint: every rule") {
  TEST_CASE("there is a sample for each rule of the table") {
    std::set<std::string_view> sampled;
    for (const RuleSample& sample : rule_samples) CHECK(sampled.insert(sample.rule).second);
    for (const scenarios::LintRule& rule : scenarios::lint_rules()) {
      CAPTURE(rule.name);
      CHECK(sampled.contains(rule.name));
    }
    CHECK(sampled.size() == scenarios::lint_rules().size());
  }

  TEST_CASE("each is hit with a place and a fix, and shown by a run or called a suspicion") {
    const Scratch scratch{"lint-rules"};
    for (const RuleSample& sample : rule_samples) {
      CAPTURE(sample.rule);
      const std::string file = scratch.file(sample.rule + ".yaml", sections_of(sample));
      const Ran ran = squall("lint --witness --json '" + file + "'");
      REQUIRE_MESSAGE(ran.exit_status <= 1, ran.errors);
      const nlohmann::json result = nlohmann::json::parse(ran.output);
      bool found = false;
      for (const nlohmann::json& finding : result["findings"]) {
        if (finding["rule"] != sample.rule) continue;
        const bool first = !std::exchange(found, true);
        CHECK(finding["line"].get<int>() > 0);
        CHECK(finding["column"].get<int>() > 0);
        CHECK_FALSE(finding["fix"].get<std::string>().empty());
        if (!first) continue;
        const nlohmann::json& witness = finding["witness"];
        CHECK(witness["shown"] == (sample.shown[0] != '\0'));
        if (witness["shown"] == true) CHECK(witness["invariant"] == sample.shown);
      }
      CHECK(found);
      const std::string text = squall("lint --witness '" + file + "'").output;
      const std::size_t at = text.find(" " + sample.rule + ")");
      REQUIRE(at != std::string::npos);
      const std::size_t shown = text.find("  shown by seed ", at), suspected = text.find("  a suspicion: ", at);
      CHECK((sample.shown[0] != '\0' ? shown < suspected : suspected < shown));
    }
  }
}

}  // namespace squall::reports
