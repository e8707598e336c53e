// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/workflow.hpp"
#include "sim/timed.hpp"

using namespace squall;
using namespace squall::scenarios;
using namespace std::chrono_literals;

TEST_SUITE("asks under load") {
  TEST_CASE("an answer goes to the instance that asked, though each numbers its requests from 1") {
    Workflow workflow{"prices"};
    workflow.load(20);
    workflow.key("wrong", {.initial = 0, .shared = true, .reducer = sim::Reducer::sum});
    workflow.agent("client", program()
                                 .set("mine", var("instance"))
                                 .ask("clerk", "price", {.with = {{"n", var("mine")}}})
                                 .write("wrong", var("msg.n") != var("mine"))
                                 .finish());
    workflow.agent(
        "clerk",
        {.on = {{"price",
                 program().set("n", var("msg.n")).work(uniform(1ms, 50ms)).reply({.with = {{"n", var("n")}}})}},
         .concurrency = 20});
    Built built = workflow.build();
    REQUIRE_MESSAGE(built.errors.empty(), built.text());
    sim::World world(*built.model, sim::Half::state_and_shadow);
    sim::Named decide{sim::Seed{1}};
    sim::Run run{.model = *built.model, .decide = decide, .key = decide.run()};
    // Counted from outside: each write of a 1 is an answer that came to the wrong instance.
    struct Wrong final : sim::Sink {
      std::int64_t writes = 0, wrong = 0;
      sim::SeenMask listens() const override { return sim::bit(sim::Seen::wrote); }
      void on(const sim::Model&, const sim::World&, const sim::Observation& seen) override {
        ++writes;
        wrong = seen.value;
      }
    } sums;
    run.sink = &sums;
    sim::begin(world, run);
    sim::run_timed(world, run);
    CHECK(sums.writes == 20);
    CHECK(sums.wrong == 0);
  }
}
