// SPDX-License-Identifier: Apache-2.0
#include "tests/invariants/judge.hpp"

namespace squall::invariants {

namespace {

Workflow worker(sim::Duration time, std::optional<sim::Duration> within) {
  Workflow workflow = quick();
  workflow.agent("slow", program().work(1ms).work(Time{sim::Distribution::constant(time)}));
  return workflow.check(sim::Termination{.within = within});
}

}  // namespace

TEST_SUITE("termination") {
  TEST_CASE("an instance that does not end in time is late at that instant") {
    CHECK(judged(worker(8ms, 10ms)).found.empty());
    const Verdicts late = judged(worker(10ms, 10ms));
    CHECK(late.found == Lines{"termination: slow"});
    CHECK(late.reasons == Lines{"10 ms after its arrival not everything has ended", "slow is at work"});
    CHECK(late.at == std::vector{sim::Instant{10ms}});
  }

  TEST_CASE("what ends exactly in time is in time") { CHECK(judged(worker(9ms, 10ms)).found.empty()); }

  TEST_CASE("without a time, waiting for ever is what does not end") {
    const auto waiter = [](bool answered) {
      Workflow workflow = quick();
      workflow.agent("coder", program().receive("report"));
      workflow.agent("tester", program().if_(answered ? 1 : 0, program().send("coder", "report")));
      return judged(workflow.check("termination"));
    };
    CHECK(waiter(true).found.empty());
    CHECK(waiter(false).found == Lines{"termination: coder"});
    CHECK(waiter(false).reasons ==
          Lines{"nothing can happen any more, and not everything has ended", "coder still waits for report"});
  }

  TEST_CASE("a run that reaches a limit leaves the question open") {
    Workflow workflow = quick();
    workflow.agent("busy", program().repeat(program().sleep(1ms)));
    workflow.limits({.events_per_instance = 1'000});
    const Verdicts open = judged(workflow.check("termination"));
    CHECK(open.found.empty());
    CHECK(open.undecided == Lines{"termination: a limit of the run was reached before the end"});
  }

  TEST_CASE("each instance has its own time") {
    Workflow workflow = quick();
    workflow.agent("slow", program().work(3ms));
    workflow.load(4, Time{2ms}.drawn);
    CHECK(judged(workflow.check(sim::Termination{.within = 3ms})).found.empty());
    CHECK(judged(workflow.load(4, Time{2ms}.drawn)).found.empty());
  }
}

}  // namespace squall::invariants
