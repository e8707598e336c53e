// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include "scenarios/lint/rules.hpp"
#include "scenarios/lint/witness.hpp"
#include "tests/scenarios/linted.hpp"

// The suites are the best judges of the rules: a broken design is hit where it is broken, and the same design with one thing
// changed is not.
namespace squall::scenarios {
namespace {

std::string path_of(const std::string& pair, const char* half) {
  return fmt::format("{}/scenarios/suites/{}/{}.yaml", SQUALL_SOURCE_DIR, pair, half);
}

std::map<std::string, std::set<std::string>> hits_of(const std::string& pair, const char* half) {
  const Loaded file = load(path_of(pair, half));
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  std::map<std::string, std::set<std::string>> found;
  for (const LintFinding& finding : lint(file)) found[finding.rule].insert(finding.where);
  return found;
}

struct Expected {
  const char* pair;
  const char* rule;
  const char* where;
  bool shown = true;  ///< by a run among the first 200 seeds
};

const std::vector<Expected> expected{
    {"single-messages", "unfed-wait", "consumer/receive results"},
    {"nobody-addressed", "unfed-wait", "manager/receive requirement"},
    {"mast-2-4-withheld-information", "unfed-wait", "doer/receive finding"},
    {"feature-team", "wait-cycle", "coder/receive report"},
    {"parallel-files", "parallel-writers", "researcher/write files"},
    {"pending-writes", "parallel-writers", "task/record"},
    {"same-owner", "parallel-writers", "writer/write output"},
    {"shared-config", "parallel-writers", "assistant/write config"},
    {"two-handoffs", "parallel-writers", "triage/write next"},
    {"two-pollers", "parallel-writers", "scheduler/write deadline"},
    {"dead-server", "unbounded-wait", "client/query"},
    {"stalled-subscriber", "unbounded-wait", "broker/send dashboard event"},
    {"update-at-the-turn", "key-includes-volatile", "entity/handle"},
    {"long-tool-call", "lease-shorter-than-work", "worker/acquire run"},
    {"visibility-timeout", "lease-shorter-than-work", "worker/work"},
    {"same-window", "retry-product", "writer/draft"},
    {"retry-storm", "retry-without-jitter", "lead/call model"},
    {"delegation-ping-pong", "unbounded-cycle", "researcher/send writer task"},
    {"mast-2-3-task-derailment", "unbounded-cycle", "agent/repeat #2"},
    {"lock-order", "lock-order", "scheduler/acquire tasks"},
    {"leaked-attempt", "spawn-without-cancel", "caller/spawn sub"},
    {"silent-spawn", "spawn-without-cancel", "main/spawn researcher"},
    {"stopped-orchestrator", "spawn-without-cancel", "orchestrator/delegate"},
    {"late-guard", "guard-beside-effect", "assistant/call shell"},
    {"interrupted-batch", "checkpoint-gap", "assistant/inform"},
    {"unsaved-join", "checkpoint-gap", "barrier/save"},
    {"mast-2-1-conversation-reset", "checkpoint-gap", "assistant/checkpoint"},
    {"late-subscriber", "subscribe-after-snapshot", "client/subscribe task-ended"},
    {"late-subscription", "subscribe-after-snapshot", "server/subscribe task-event"},
    {"lost-wakeup", "subscribe-after-snapshot", "caller/subscribe stepped"},
    {"no-cursor", "subscribe-after-snapshot", "client/attach"},
    {"mast-1-2-another-role", "claim-without-capability", "coder/call deploy"},
    {"always-skipped", "join-over-choice", "finalize", false},  // what is skipped there is no violation by itself
    {"skipped-branch", "join-over-choice", "writer"},
    {"counting-barrier", "join-over-choice", "summary"},
    {"back-edge-join", "join-on-back-edge", "limiter"},
    {"unequal-depth", "join-unequal-depth", "article"},
    {"first-of-all", "fork-without-join", "reply"},
    {"path-by-path", "fork-without-join", "opinion"},
    {"twice-by-two-events", "fork-without-join", "payment"},
    {"one-value-a-step", "parallel-writers", "web-notes"},
    {"second-round", "parallel-writers", "arrivals"},
    {"asked-behind-the-mail", "checkpoint-gap", "assistant/call mail"},
    {"unsaved-counter", "checkpoint-gap", "graph/save"},
    {"half-pair", "checkpoint-gap", "assistant/update asked"},
    {"renewed-schedule", "key-includes-volatile", "redeploy/update planned"},
    {"no-measure", "limit-ends-cycle", "planner"},
    {"empty-header", "empty-fanout", "callback"},
};

}  // namespace

TEST_SUITE("lint: red and green") {
  TEST_CASE("the broken half is hit where it is broken, the mended half is not") {
    for (const Expected& each : expected) {
      CAPTURE(each.pair);
      CAPTURE(each.rule);
      CHECK(hits_of(each.pair, "broken")[each.rule].contains(each.where));
      CHECK_FALSE(hits_of(each.pair, "fixed")[each.rule].contains(each.where));
    }
  }

  TEST_CASE("and a run shows it, whose violation names it") {
    for (const Expected& each : expected) {
      CAPTURE(each.pair);
      CAPTURE(each.rule);
      const Loaded file = load(path_of(each.pair, "broken"));
      REQUIRE(file.ok());
      for (const LintFinding& finding : lint(file)) {
        if (finding.rule != each.rule || finding.where != each.where) continue;
        CHECK(rehearse(file, finding).witness.has_value() == each.shown);
      }
    }
  }

  TEST_CASE("each fault that a rule brings along can strike in the workflow that it was made for") {
    std::size_t lines = 0;
    for (const Expected& each : expected) {
      for (const char* half : {"broken", "fixed"}) {
        const Loaded file = load(path_of(each.pair, half));
        REQUIRE(file.ok());
        for (const LintFinding& finding : lint(file)) {
          for (const faults::Line& line : finding.rehearsal.faults) {
            CAPTURE(each.pair);
            CAPTURE(finding.where);
            CAPTURE(faults::to_text(line));
            CHECK(faults::check_lines(file.scenario->model, {&line, 1}).empty());
            ++lines;
          }
        }
      }
    }
    CHECK(lines > 100);
  }

  TEST_CASE("few mended halves have anything left but waits without a bound, and each is looked at here") {
    const std::set<std::string> known{
        "mast-1-5-unaware-of-the-end unbounded-cycle",    // its critic counts, its loop does not
        "two-pollers unreleased",                         // where the callback fails, the row stays locked
        "visibility-timeout retried-effect-without-key",  // after a crash the broker hands the job out again
    };
    std::set<std::string> found;
    for (const Expected& each : expected) {
      for (const auto& [rule, where] : hits_of(each.pair, "fixed")) {
        if (rule != "unbounded-wait") found.insert(fmt::format("{} {}", each.pair, rule));
      }
    }
    for (const auto& [rule, where] : hits_of("mast-1-5-unaware-of-the-end", "fixed")) {
      if (rule != "unbounded-wait") found.insert("mast-1-5-unaware-of-the-end " + rule);
    }
    CHECK(found == known);
  }
}

TEST_SUITE("lint: witnesses") {
  /// What a run shows of the only finding of a rule.
  const auto shown = [](const std::string& rule, const std::string& sections) {
    const Loaded file = load_text("lint.yaml", "workflow: lint\n" + sections);
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    for (const LintFinding& finding : lint(file)) {
      if (finding.rule == rule) return rehearse(file, finding);
    }
    FAIL("nothing is found");
    return Rehearsed{};
  };

  TEST_CASE("where the workflow names neither a check nor a fault, the rule brings both") {
    const Rehearsed rehearsed =
        shown("retried-effect-without-key",
              "tools: {mail: {}}\nagents:\n  a: {do: [{call: mail, timeout: 5s, retry: {times: 3}}]}\n");
    REQUIRE(rehearsed.witness);
    CHECK_FALSE(rehearsed.witness->own_faults);
    CHECK(rehearsed.witness->added == std::vector<std::string>{"exactly-once"});
    CHECK(rehearsed.witness->violation.witness == std::vector<std::string>{"mail for a more than once"});
    REQUIRE(rehearsed.witness->plan.lines.size() == 1);
    CHECK(faults::to_text(rehearsed.witness->plan.lines[0]) ==
          "tool-done-but-no-reply: {agent: a, tool: mail, nth: 1}");
  }

  TEST_CASE("what goes well however often it is played stays a suspicion") {
    const Rehearsed rehearsed = shown("parallel-writers",
                                      "context: {k: {initial: 0}}\nagents:\n  a: {do: [{write: {key: k, value: 1}}]}\n"
                                      "  b: {do: [{sleep: 1m}, {write: {key: k, value: 2}}]}\n");
    CHECK_FALSE(rehearsed.witness);
    CHECK(rehearsed.runs == 200);  // there is no fault that fits: one round
  }

  TEST_CASE("the case of a witness reads back and is violated alike") {
    const std::string path = path_of("visibility-timeout", "fixed");
    const Loaded file = load(path);
    for (const LintFinding& finding : lint(file)) {
      if (finding.rule != "retried-effect-without-key") continue;
      const Rehearsed rehearsed = rehearse(file, finding);
      REQUIRE(rehearsed.witness);
      const Loaded again = load(path_of("visibility-timeout", "witness"),
                                {.root = {}, .plan = {}, .text = to_text(rehearsed.witness->file)});
      REQUIRE_MESSAGE(again.ok(), to_text(again.diagnostics));
      const Recording recording = record(*again.scenario, sim::Seed{*again.seed});
      const auto same = [&](const sim::Violation& violation) {
        return violation.witness == rehearsed.witness->violation.witness;
      };
      CHECK(std::ranges::any_of(recording.outcome.violations, same));
    }
  }

  TEST_CASE("the same seeds show the same") {
    const Loaded file = load(path_of("pending-writes", "broken"));
    for (const LintFinding& finding : lint(file)) {
      const Rehearsed first = rehearse(file, finding), second = rehearse(file, finding);
      CHECK(first.runs == second.runs);
      REQUIRE(first.witness.has_value() == second.witness.has_value());
      if (first.witness) CHECK(to_text(first.witness->file) == to_text(second.witness->file));
    }
  }
}

TEST_SUITE("lint: the table of rules") {
  TEST_CASE("each rule of a finding stands in it, by a name of its own") {
    std::set<std::string_view> names;
    for (const LintRule& rule : lint_rules()) CHECK(names.insert(rule.name).second);
    CHECK(find_lint_rule("lock-order")->id == "L16");
    CHECK(find_lint_rule("lock-orders") == nullptr);
  }
  TEST_CASE("evidence comes with its thread, where one is known") {
    const auto evidence = evidence_of(*find_lint_rule("lease-shorter-than-work"));
    REQUIRE(evidence.size() == 2);
    CHECK(evidence[0].thread == "celery/celery#5935");
    CHECK(evidence[1].id == "B57");
    CHECK(evidence[1].thread.empty());
    CHECK(evidence_of(*find_lint_rule("unreleased")).empty());
  }
}

}  // namespace squall::scenarios
