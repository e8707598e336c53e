// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/workflow.hpp"
#include "sim/wait_for.hpp"
#include "tests/effort.hpp"
#include "tests/laws/play.hpp"
#include "tests/laws/workflow_files.hpp"

/// What a closed instance waits for, found by a look at it alone, is what a look at everything finds of it.
namespace squall::laws {
namespace {

/// Rows of each cycle, the smallest first.
std::vector<std::vector<sim::Row>> cycles_of(const sim::StuckWaits& stuck) {
  std::vector<std::vector<sim::Row>> cycles;
  for (const sim::Deadlock& deadlock : stuck.deadlocks) {
    std::vector<sim::Row>& rows = cycles.emplace_back();
    for (const sim::WaitEdge& edge : deadlock.cycle) rows.push_back(edge.waiter);
    std::ranges::sort(rows);
  }
  return cycles;
}

template <class Value>
bool has(const std::vector<Value>& values, const Value& value) {
  return std::ranges::find(values, value) != values.end();
}

/// Compares the two looks whenever an instance closes.
class Looks final : public sim::Sink {
 public:
  std::uint64_t alone = 0, with_others = 0, stuck = 0, cycles = 0;
  std::string trouble;

  sim::SeenMask listens() const override { return bit(sim::Seen::closed); }
  void on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) override {
    if (!world.by_instance.on() || world.instance(seen.instance).activations == 0) return;
    const sim::StuckWaits* own = sim::find_stuck_alone(model, world, seen.instance);
    if (own == nullptr) {
      ++with_others;
      return;
    }
    ++alone;
    const sim::StuckWaits one = *own;
    const sim::StuckWaits all = sim::find_stuck(model, world);
    const auto here = [&](sim::Row row) { return world.activation(row).instance == seen.instance; };
    if (!std::ranges::all_of(one.rows, here)) trouble = "somebody of another instance";
    // A look at all may overlook what could still help others; it finds nothing that a look at one does not.
    for (const sim::Row row : all.rows) {
      if (here(row) && !has(one.rows, row)) trouble = "somebody stuck is not found alone";
    }
    const std::vector<std::vector<sim::Row>> own_cycles = cycles_of(one);
    for (const std::vector<sim::Row>& cycle : cycles_of(all)) {
      if (std::ranges::all_of(cycle, here) && !has(own_cycles, cycle)) trouble = "a cycle is not found alone";
    }
    stuck += one.rows.size();
    cycles += own_cycles.size();
  }
};

/// So many runs of it, more instances of it at once than are walked through, without a complaint; `sum` is told what was seen.
void compare(scenarios::Scenario& scenario, std::uint64_t seeds, Looks& sum) {
  scenario.model.load = {.instances = 3 * sim::ByInstance::instances_walked,
                         .every = sim::Distribution::constant(std::chrono::milliseconds{20})};
  const auto armed = scenarios::armed_for(scenario);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Looks looks;
    Play play{scenario.model, seed, armed.get(), &looks};
    for (int event = 0; event < 5'000 && play.step(); ++event) {}
    REQUIRE_MESSAGE(looks.trouble == "", "seed ", seed);
    sum.alone += looks.alone;
    sum.with_others += looks.with_others;
    sum.stuck += looks.stuck;
    sum.cycles += looks.cycles;
  }
}

}  // namespace

TEST_SUITE("a look at one instance") {
  TEST_CASE("whoever is stuck when his instance closes is found without the others") {
    Looks sum;
    for (const std::string& file : workflow_files("scenarios/suites")) {
      CAPTURE(file);
      scenarios::Loaded loaded = scenarios::load(file);
      REQUIRE(loaded.ok());
      compare(*loaded.scenario, effort(20U), sum);
    }
    CHECK(sum.alone > 500);
    CHECK(sum.stuck > 300);
    CHECK(sum.with_others > 0);
  }

  TEST_CASE("so is a cycle, and who waits behind it") {
    using scenarios::program, scenarios::topic;
    using namespace std::chrono_literals;
    scenarios::Workflow workflow{"two wait for each other"};
    workflow.agent(
        "first",
        program().work(scenarios::uniform(1s, 2s)).receive(topic("answer").from("second")).send("second", "question"));
    workflow.agent("second", program().receive(topic("question").from("first")).send("first", "answer"));
    workflow.agent("third", program().receive(topic("answer").from("first")));
    workflow.agent("asker", program().ask("server", "request").send("server", "data"));
    workflow.agent("server", program().receive("request", {.as = "asked"}).receive("data").reply({}, "asked"));
    scenarios::Scenario scenario = scenarios::scenario(std::move(workflow));
    Looks looks;
    compare(scenario, 1, looks);
    CHECK(looks.alone == 3 * sim::ByInstance::instances_walked);
    CHECK(looks.cycles == 2 * looks.alone);
    CHECK(looks.stuck == 5 * looks.alone);
    CHECK(looks.alone > 0);
  }
}

}  // namespace squall::laws
