// SPDX-License-Identifier: Apache-2.0
#include "scenarios/judgement.hpp"

#include <doctest/doctest.h>

// What a file's `expect` comes to; each demand with runs that meet it and runs that do not.
namespace squall::scenarios {
namespace {

using Result = Judgement::Result;
using Lines = std::vector<std::string>;

/// One asks and waits for ever when the question is lost, which `chance` says.
Judgement judged(const std::string& chance, const std::string& expect, std::optional<std::uint32_t> seeds = {}) {
  const Loaded file = load_text("judged.yaml",
                                "workflow: t\nagents:\n"
                                "  a: {do: [send: {to: b, topic: task}, receive: answer]}\n"
                                "  b: {\"on\": {task: [send: {to: a, topic: answer}]}}\n"
                                "check: [no-orphaned-wait, termination]\n"
                                "faults: [message-loss: {topic: task, chance: " +
                                    chance + "}]\n" + expect);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  return judge(file, seeds);
}

}  // namespace

TEST_SUITE("judgement of expectations") {
  TEST_CASE("violates: each that is named in some run, and nothing else in any") {
    const std::string both = "expect: {violates: [no-orphaned-wait, termination], within: 5 seeds}\n";
    CHECK(judged("100%", both).result == Result::passed);
    CHECK(judged("0%", both).failures ==
          Lines{"no-orphaned-wait is violated in none of 5 runs", "termination is violated in none of 5 runs"});
    const Judgement other = judged("100%", "expect: {violates: [termination], within: 5 seeds}\n");
    CHECK(other.failures == Lines{"no-orphaned-wait is violated in 5 of 5 runs, first with seed 1"});
    CHECK(other.shown == 1);
    CHECK(judged("100%", "expect: {violates: [termination], may-violate: [no-orphaned-wait], within: 5 seeds}\n")
              .result == Result::passed);
  }

  TEST_CASE("holds, or nothing said: nothing is violated in any run") {
    CHECK(judged("0%", "expect: {holds: all, over: 20 seeds}\n").runs == 20);
    CHECK(judged("0%", "expect: {holds: all, over: 20 seeds}\n", 7).runs == 7);
    CHECK(judged("0%", "", 7).result == Result::passed);
    CHECK(judged("100%", "", 7).result == Result::failed);
    CHECK(judged("100%", "expect: {holds: all, over: 3 seeds}\n").failures.size() == 2);
  }

  TEST_CASE("a name that the workflow does not check is a demand that nothing can meet") {
    CHECK(judged("0%", "expect: {violates: [delivery], within: 2 seeds}\n").failures ==
          Lines{"`expect` names delivery, which this workflow does not check"});
  }

  TEST_CASE("who hands work to and fro for ever gets nowhere: a verdict, though the run comes to its limit") {
    const auto review = [](const std::string& chance) {
      const Loaded file =
          load_text("review.yaml",
                    "workflow: t\nagents:\n"
                    "  coder: {do: [{send: {to: reviewer, topic: code}}, {receive: done}, {finish: success}],\n"
                    "          \"on\": {again: [{work: 1s}, {send: {to: reviewer, topic: code}}]}}\n"
                    "  reviewer: {\"on\": {code: [{choose: [{chance: " +
                        chance +
                        ", do: [{send: {to: coder, topic: again}}]}, {do: [{send: {to: coder, topic: done}}]}]}]}}\n"
                        "check: [livelock-freedom: {events: 2000}]\n");
      REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
      return judge(file, 2);
    };
    CHECK(review("50%").result == Result::passed);
    CHECK(review("100%").failures == Lines{"livelock-freedom is violated in 2 of 2 runs, first with seed 1"});
  }

  TEST_CASE("a step that runs in none of the runs is dead, where that is checked") {
    const auto choosing = [](const std::string& chance, const std::string& expect) {
      const Loaded file = load_text("choosing.yaml",
                                    "workflow: t\nagents:\n"
                                    "  a: {do: [choose: [{chance: " +
                                        chance +
                                        ", do: [work: 1s]}, {do: [sleep: 1s]}], finish: success]}\n"
                                        "check: [no-dead-step]\n" +
                                        expect);
      REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
      return judge(file, 20);
    };
    CHECK(choosing("50%", "").result == Result::passed);
    CHECK(choosing("0%", "").failures == Lines{"no-dead-step: a/work runs in none of 20 runs"});
    CHECK(choosing("0%", "expect: {violates: [no-dead-step], within: 20 seeds}\n").result == Result::passed);
    CHECK(choosing("50%", "expect: {violates: [no-dead-step], within: 20 seeds}\n").failures ==
          Lines{"no-dead-step is violated in none of 20 runs"});
  }

  TEST_CASE("a file with a seed and no number of them is one run") {
    CHECK(judged("0%", "seed: 77\n").runs == 1);
    CHECK(judged("100%", "seed: 77\n").findings.at(0).first_seed == 77);
  }
}

}  // namespace squall::scenarios
