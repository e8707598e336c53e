// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/file.hpp"
#include "scenarios/judgement.hpp"
#include "tests/effort.hpp"

// What can be said of a workflow without playing it; each rule with a workflow that it finds and one, a step apart, that it
// does not.
namespace squall::scenarios {
namespace {

/// The findings of a workflow with these agents, without the notes about bounds.
std::vector<LintFinding> found(const std::string& agents, bool with_bounds = false) {
  const Loaded file = load_text("lint.yaml", "workflow: lint\nagents:\n" + agents);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  std::vector<LintFinding> all = lint(file);
  // Steps behind what is told are dead with it.
  const auto other = [&](const LintFinding& finding) {
    return finding.rule == "dead-step" || (!with_bounds && finding.rule == "unbounded-wait");
  };
  std::erase_if(all, other);
  return all;
}

/// What is said of resources, each as `rule where`.
std::vector<std::string> held(const std::string& rest) {
  const Loaded file = load_text("lint.yaml", "workflow: lint\n" + rest);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  std::vector<std::string> told;
  for (const LintFinding& finding : lint(file)) {
    if (finding.rule != "unbounded-wait") told.push_back(finding.rule + " " + finding.where);
  }
  return told;
}

std::vector<LintFinding> bounds(const std::string& agents) {
  std::vector<LintFinding> all = found(agents, true);
  std::erase_if(all, [](const LintFinding& finding) { return finding.rule != "unbounded-wait"; });
  return all;
}

}  // namespace

TEST_SUITE("lint: waits that no run gets past") {
  TEST_CASE("two that wait for each other first, and what each needs") {
    const auto cycle = found(
        "  a: {do: [{receive: yes}, {send: {to: b, topic: go}}]}\n"
        "  b: {do: [{receive: go}, {send: {to: a, topic: yes}}]}\n");
    REQUIRE(cycle.size() == 1);
    CHECK(cycle[0].rule == "wait-cycle");
    CHECK(cycle[0].certain);
    CHECK(cycle[0].where == "a/receive yes");
    CHECK(cycle[0].reasons ==
          std::vector<std::string>{"a/receive yes needs yes of b, which sends it only after b/receive go",
                                   "b/receive go needs go of a, which sends it only after a/receive yes"});
    CHECK(found("  a: {do: [{send: {to: b, topic: go}}, {receive: yes}]}\n"
                "  b: {do: [{receive: go}, {send: {to: a, topic: yes}}]}\n")
              .empty());
  }

  TEST_CASE("a bound breaks the circle only where its other branch supplies what is missing") {
    const std::string b = "  b: {do: [{receive: go}, {send: {to: a, topic: yes}}]}\n";
    const auto gives_up = found(
        "  a: {do: [{receive: yes, timeout: 1m, otherwise: [{fail: no answer}]}, {send: {to: b, topic: go}}]}\n" + b);
    REQUIRE(gives_up.size() == 1);
    CHECK(gives_up[0].rule == "wait-cycle");
    CHECK(found("  a: {do: [{receive: yes, timeout: 1m, otherwise: []}, {send: {to: b, topic: go}}]}\n" + b).empty());
  }

  TEST_CASE("all of several needs each of them, any of them needs one") {
    const std::string others =
        "  b: {do: [{send: {to: a, topic: code}}]}\n"
        "  c: {do: [{receive: report}, {send: {to: a, topic: docs}}]}\n";
    const auto all = found("  a: {do: [{receive: {all: [code, docs]}}, {send: {to: c, topic: report}}]}\n" + others);
    REQUIRE(all.size() == 1);
    CHECK(all[0].rule == "wait-cycle");
    const auto any = found("  a: {do: [{receive: {any: [code, docs]}}, {send: {to: c, topic: report}}]}\n" + others);
    CHECK(any.empty());
  }

  TEST_CASE("a wait for what nobody sends to it") {
    const auto unfed = found(
        "  a: {do: [{receive: yes}]}\n"
        "  b: {do: [{receive: yes}]}\n"
        "  c: {do: [{send: {to: b, topic: yes}}]}\n");
    REQUIRE(unfed.size() == 1);
    CHECK(unfed[0].rule == "unfed-wait");
    CHECK(unfed[0].where == "a/receive yes");
    CHECK(unfed[0].what == "nobody sends yes to a");
    CHECK(found("  a: {do: [{receive: yes}]}\n  c: {do: [{send: {to: a, topic: yes}}]}\n").empty());
  }

  TEST_CASE("and from somebody who does not send it") {
    const std::string senders = "  b: {do: [{send: {to: a, topic: yes}}]}\n  c: {do: [{work: 1s}]}\n";
    CHECK(found("  a: {do: [{receive: {topic: yes, from: c}}]}\n" + senders).size() == 1);
    CHECK(found("  a: {do: [{receive: {topic: yes, from: b}}]}\n" + senders).empty());
  }

  TEST_CASE("a handler works on what it is sent, and on nothing else") {
    const std::string lead = "  lead: {do: [{send: {to: worker, topic: task}}, {receive: result}]}\n";
    CHECK(found(lead + "  worker: {\"on\": {task: [{send: {to: lead, topic: result}}]}}\n").empty());
    CHECK(found(lead + "  worker: {\"on\": {task: [], ping: [{send: {to: lead, topic: result}}]}}\n").size() == 1);
  }
}

TEST_SUITE("lint: what is worth a look") {
  TEST_CASE("a message whose receiver never comes to where it would take it") {
    const auto unread = found(
        "  a: {do: [{send: {to: b, topic: hello}}, {send: {to: c, topic: hello}}]}\n"
        "  b: {do: [{finish: success}, {receive: hello}]}\n"
        "  c: {do: [{receive: hello}, {finish: success}]}\n");
    REQUIRE(unread.size() == 1);
    CHECK(unread[0].rule == "unread-topic");
    CHECK_FALSE(unread[0].certain);
    CHECK(unread[0].where == "a/send b hello");
    CHECK(unread[0].what == "b never reaches a step that takes hello");
  }

  TEST_CASE("a wait without a bound: its own timeout is one, and so is a deadline around it") {
    const std::string sender = "  b: {do: [{send: {to: a, topic: yes}}]}\n";
    const auto unbounded = bounds("  a: {do: [{receive: yes}]}\n" + sender);
    REQUIRE(unbounded.size() == 1);
    CHECK(unbounded[0].where == "a/receive yes");
    CHECK_FALSE(unbounded[0].certain);
    CHECK(bounds("  a: {do: [{receive: yes, timeout: 1m}]}\n" + sender).empty());
    CHECK(bounds("  a: {do: [{block: [{receive: yes}], deadline: 1m}]}\n" + sender).empty());
    CHECK(bounds("  a: {do: [{block: [{work: 1s}], deadline: 1m}, {receive: yes}]}\n" + sender).size() == 1);
    CHECK(bounds("  a: {daemon: true, do: [{receive: yes}]}\n" + sender).empty());
  }
}

TEST_SUITE("lint: resources") {
  using Lines = std::vector<std::string>;
  const std::string one = "resources: {r: {lock: {}}, s: {lock: {}}}\nagents:\n";

  TEST_CASE("a lock that is never given back") {
    CHECK(held(one + "  a: {do: [acquire: r, work: 1s]}\n") == Lines{"unreleased a/acquire r"});
    CHECK(held(one + "  a: {do: [acquire: r, work: 1s, release: r]}\n").empty());
    CHECK(held("resources: {r: {lock: {}, frees: on-end}}\nagents:\n  a: {do: [acquire: r, work: 1s]}\n").empty());
    CHECK(held("resources: {r: {lease: {ttl: 5s}}}\nagents:\n  a: {do: [acquire: r, work: 1s]}\n").empty());
    CHECK(held("resources: {r: {rate: {limit: 1, per: 1s}}}\nagents:\n  a: {do: [acquire: r, work: 1s]}\n").empty());
  }

  TEST_CASE("or only on some way, or only where nothing fails") {
    CHECK(held(one + "  a: {vars: {n: 0}, do: [acquire: r, {if: n > 0, then: [release: r]}]}\n") ==
          Lines{"unreleased a/acquire r"});
    const std::string tool = "tools: {t: {error: 5%}}\n" + one;
    CHECK(held(tool + "  a: {do: [acquire: r, call: t, release: r]}\n") == Lines{"unreleased a/acquire r"});
    CHECK(held(tool + "  a: {do: [acquire: r, {call: t, finally: [release: r]}]}\n").empty());
    CHECK(held(tool + "  a: {do: [acquire: r, {call: t, otherwise: []}, release: r]}\n").empty());
    CHECK(held(one + "  a: {do: [acquire: r, {sleep: 1m, deadline: 1s}, release: r]}\n") ==
          Lines{"unreleased a/acquire r"});
  }

  TEST_CASE("locks that are taken in circles") {
    const std::string a = "  a: {do: [acquire: r, acquire: s, release: s, release: r]}\n";
    CHECK(held(one + a + "  b: {do: [acquire: s, acquire: r, release: r, release: s]}\n") ==
          Lines{"lock-order a/acquire s"});
    CHECK(held(one + a + "  b: {do: [acquire: r, acquire: s, release: r, release: s]}\n").empty());
    CHECK(held(one + a + "  b: {do: [acquire: s, release: s, acquire: r, release: r]}\n").empty());
  }

  TEST_CASE("one activation does not wait for itself by two orders, but two members of a group do") {
    const std::string both =
        "do: [acquire: r, acquire: s, release: s, release: r, acquire: s, acquire: r, release: r, release: s]}\n";
    CHECK(held(one + "  a: {" + both).empty());
    CHECK(held(one + "  a: {replicas: 2, " + both) == Lines{"lock-order a/acquire s"});
  }

  TEST_CASE("the reasons of a circle name who takes what while it holds what") {
    const Loaded file = load_text("lint.yaml", "workflow: lint\n" + one +
                                                   "  a: {do: [acquire: r, acquire: s, release: s, release: r]}\n"
                                                   "  b: {do: [acquire: s, acquire: r, release: r, release: s]}\n");
    REQUIRE(file.ok());
    const std::vector<LintFinding> all = lint(file);
    const auto order = std::ranges::find(all, "lock-order", &LintFinding::rule);
    REQUIRE(order != all.end());
    CHECK(order->reasons ==
          Lines{"a/acquire s takes s while it may hold r", "b/acquire r takes r while it may hold s"});
    const auto place = file.place_of(order->mark);
    REQUIRE(place.has_value());
    CHECK(place->at.line == 4);
    CHECK(place->at.column == 24);
  }

  TEST_CASE("who holds a lock waits for itself when it takes it again") {
    CHECK(held(one + "  a: {do: [acquire: r, acquire: r, release: r]}\n") == Lines{"self-wait a/acquire r #2"});
    CHECK(held(one + "  a: {do: [acquire: r, release: r, acquire: r, release: r]}\n").empty());
    CHECK(held("resources: {r: {semaphore: 2}}\nagents:\n  a: {do: [acquire: r, acquire: r, release: r, release: r]}\n")
              .empty());
  }
}

TEST_SUITE("lint: the suites") {
  TEST_CASE("nothing is called certain in a file whose runs all end well, and where it is, every run is violated") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{SQUALL_SOURCE_DIR "/scenarios/suites"}) {
      if (entry.path().extension() != ".yaml") continue;
      const Loaded file = load(entry.path().string());
      REQUIRE(file.ok());
      CAPTURE(entry.path().string());
      const bool certain = std::ranges::any_of(lint(file), &LintFinding::certain);
      const Judgement judged = judge(file, effort(50));
      CHECK((!certain || judged.violated == judged.runs));
      ++files;
    }
    CHECK(files > 2);
  }
}

}  // namespace squall::scenarios
