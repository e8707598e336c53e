// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

/// The answer of the tool is slow: who does not wait long enough calls again.
Workflow payment(sim::Duration dedup, const char* check) {
  Workflow workflow = quick();
  workflow.tool("pay", {.latency = sim::Distribution::constant(10ms), .dedup = dedup});
  workflow.agent("clerk", program().call("pay", {.key = 7, .for_ = 7},
                                         {.timeout = Time{8ms}, .retry = Retry{.times = 2}, .otherwise = program()}));
  return workflow.check(check);
}

}  // namespace

TEST_SUITE("no-repeat and exactly-once") {
  TEST_CASE("a retried call without dedup happens twice") {
    for (const char* check : {"no-repeat", "exactly-once"}) {
      CHECK(judged(payment(1h, check)).found.empty());
      const Verdicts twice = judged(payment({}, check));
      CHECK(twice.found == Lines{std::string{check} + ": pay for clerk more than once"});
      CHECK(twice.reasons == Lines{"pay has happened 2 times for one purpose, the last time for clerk"});
    }
  }

  TEST_CASE("different purposes do not count together") {
    Workflow workflow = quick();
    workflow.tool("pay");
    workflow.agent("clerk", program().call("pay", {.for_ = 1}).call("pay", {.for_ = 2}));
    CHECK(judged(workflow.check("exactly-once")).found.empty());
  }

  TEST_CASE("an answer that lies about what it did is not once, but is no repeat") {
    Workflow workflow = quick();
    workflow.tool("pay");
    workflow.agent("clerk", program().call("pay"));
    workflow.check("exactly-once").check("no-repeat");
    CHECK(judged(workflow).found.empty());
    const StrikeBy lie{sim::Strike::effect, [](sim::World&, const sim::Target&) { return sim::Verdict{.drop = true}; }};
    const Verdicts never = judged(workflow, &lie);
    CHECK(never.found == Lines{"exactly-once: pay for clerk not at all"});
    CHECK(never.reasons == Lines{"pay has answered clerk that it was done, and nothing has happened"});
  }

  TEST_CASE("asked for and never done, and nobody was told: who gave up, or whose call was lost") {
    const auto clerk = [](Program otherwise) {
      Workflow workflow = quick();
      workflow.tool("pay", {.latency = sim::Distribution::constant(10ms)});
      workflow.agent("clerk", program().call("pay", {}, {.timeout = Time{1h}, .otherwise = std::move(otherwise)}));
      return workflow.check("exactly-once").check("no-repeat");
    };
    // The tool neither does anything nor answers.
    const StrikeBy silence{sim::Strike::effect, [](sim::World&, const sim::Target&) {
                             return sim::Verdict{.drop = true, .unanswered = true};
                           }};
    CHECK(judged(clerk(program())).found.empty());
    const Verdicts never = judged(clerk(program()), &silence);
    CHECK(never.found == Lines{"exactly-once: pay for clerk not at all"});
    CHECK(never.reasons ==
          Lines{"clerk has asked pay for something that has never happened, and was not told that it failed"});
    // It says so: then nobody takes it for done.
    CHECK(judged(clerk(program().finish(false)), &silence).found.empty());
    // A refusal is an answer.
    const StrikeBy refusal{sim::Strike::effect, [](sim::World&, const sim::Target&) {
                             return sim::Verdict{.error = static_cast<std::uint8_t>(sim::Error::unavailable)};
                           }};
    CHECK(judged(clerk(program()), &refusal).found.empty());
  }

  TEST_CASE("a late effect is one: the call goes on though nobody waits for it") {
    Workflow workflow = quick();
    workflow.tool("pay", {.latency = sim::Distribution::constant(10ms)});
    workflow.agent("clerk", program().call("pay", {}, {.timeout = Time{1ms}, .otherwise = program()}));
    CHECK(judged(workflow.check("exactly-once")).found.empty());
  }

  TEST_CASE("explored worlds find what is never done as well") {
    const auto clerk = [](bool told) {
      Workflow workflow = quick();
      workflow.tool("pay", {.error = sim::Probability{500'000}});
      workflow.agent("clerk", program().call("pay", {}, {.otherwise = told ? program().finish(false) : program()}));
      return workflow.check("exactly-once");
    };
    CHECK(explored(clerk(true)).empty());
    CHECK(explored(clerk(false)).empty());  // `unavailable` is an answer, too
  }

  TEST_CASE("only the tools that are named are counted") {
    Workflow workflow = payment({}, "termination");
    workflow.tool("other");
    CHECK(judged(workflow.check(sim::NoRepeat{.tools = {{"other"}}})).found.empty());
  }
}

}  // namespace squall::invariants
