// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <utility>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/models/phold.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "scenarios/runtimes/graph.hpp"
#include "sim/explore/search.hpp"
#include "sim/timed.hpp"
#include "tests/allocations.hpp"
#include "tests/memory/sizes.hpp"

// What is simulated a million times asks the heap for nothing: not for each event, and not for each run.
namespace squall {
namespace {

using tests::allocations;
using namespace std::chrono_literals;

struct Cost {
  std::uint64_t runs = 0, events = 0, allocations = 0;
};
struct Costs {
  Cost clean;     ///< runs in which every check holds
  Cost violated;  ///< the others: each finding is put into words
};

Costs costs_of(scenarios::Runner& runner) {
  Costs costs;
  for (std::uint64_t seed = 1; seed <= memory_seeds; ++seed) {
    const std::uint64_t before = allocations();
    const scenarios::Outcome& outcome = runner.run(sim::Seed{seed});
    const std::uint64_t asked = allocations() - before;
    Cost& cost = outcome.violated() ? costs.violated : costs.clean;
    ++cost.runs;
    cost.events += outcome.events;
    cost.allocations += asked;
  }
  return costs;
}

/// Of the same seeds once more: by then the world has reached the size that they need.
Costs costs_of_second_time(const scenarios::Scenario& scenario) {
  scenarios::Runner runner{scenario};
  costs_of(runner);
  return costs_of(runner);
}
Costs costs_of_second_time(const char* builtin) { return costs_of_second_time(*scenarios::builtin(builtin)); }

}  // namespace

TEST_SUITE("what a run allocates") {
  TEST_CASE("W6 with its faults and all judges: nothing where every check holds") {
    const Costs costs = costs_of_second_time("w6");
    CHECK(costs.clean.runs > memory_seeds / 4);
    CHECK(costs.clean.events > 50 * costs.clean.runs);
    CHECK(costs.clean.allocations == 0);
  }

  TEST_CASE("the team that is well: nothing") {
    const Costs costs = costs_of_second_time("feature-team-fixed");
    CHECK(costs.clean.runs == memory_seeds);
    CHECK(costs.clean.allocations == 0);
  }

  TEST_CASE("hundreds of instances at once, whose activations are kept by instance: nothing") {
    scenarios::Workflow workflow = scenarios::feature_team_fixed();
    workflow.load(200, sim::Distribution::constant({})).check("deadlock-freedom").check("no-orphaned-wait");
    const Costs costs = costs_of_second_time(scenarios::scenario(std::move(workflow)));
    CHECK(costs.clean.runs == memory_seeds);
    CHECK(costs.clean.allocations == 0);
  }

  TEST_CASE("a graph, whose table of links is made anew again and again: nothing") {
    scenarios::GraphDesign design;
    design.rules = *scenarios::preset("dataflow");
    design.start.push_back("task-0");
    constexpr int tasks = 60;
    for (int task = 0; task < tasks; ++task) {
      scenarios::GraphNode node;
      node.name = fmt::format("task-{}", task);
      node.body.work(1ms);
      for (const int next : {task + 1, task + 7}) {
        if (next < tasks) node.next.push_back({"", fmt::format("task-{}", next)});
      }
      design.nodes.push_back(std::move(node));
    }
    scenarios::Workflow workflow{"graph"};
    workflow.graph(std::move(design)).check_defaults();
    const Costs costs = costs_of_second_time(scenarios::scenario(std::move(workflow)));
    CHECK(costs.clean.runs == memory_seeds);
    CHECK(costs.clean.allocations == 0);
  }

  TEST_CASE(
      "a run that violates something allocates for the graph of its waits and for its findings, not for its events") {
    const Costs team = costs_of_second_time("feature-team");
    CHECK(team.violated.runs == memory_seeds);
    CHECK(team.violated.allocations <= 100 * team.violated.runs);
    const Costs w6 = costs_of_second_time("w6");
    CHECK(w6.violated.runs > memory_seeds / 4);
    CHECK(w6.violated.allocations <= 100 * w6.violated.runs);
    MESSAGE("allocations of a run with findings: ", team.violated.allocations / team.violated.runs,
            " in feature-team, ", w6.violated.allocations / w6.violated.runs, " in w6");
  }
}

TEST_SUITE("what an event allocates") {
  TEST_CASE("struct agents that pass messages on: nothing, once as many are under way as ever will be") {
    for (const std::uint32_t agents : {16U, 1'000U}) {
      const sim::Model model = scenarios::phold(agents);
      sim::World world{model, sim::Half::state_and_shadow};
      sim::Named named{sim::Seed{7}};
      sim::Run run{.model = model, .decide = named, .key = named.run()};
      begin(world, run);
      for (std::uint64_t e = 0; e < memory_events; ++e) step(world, run);
      const std::uint64_t before = allocations();
      for (std::uint64_t e = 0; e < memory_events; ++e) step(world, run);
      CHECK(allocations() == before);
      CHECK(world.clock().events == 2 * memory_events);
    }
  }

  TEST_CASE("an explorer: nothing for each state, as its tables grow by doubling") {
    const sim::Model model = scenarios::two_phase_commit::model(5);
    sim::Search search{model, sim::SearchOptions{}};
    const std::uint64_t before = allocations();
    const sim::SearchResult result = search.run();
    const std::uint64_t asked = allocations() - before;
    CHECK(result.distinct == 8'832);
    CHECK(asked < result.distinct / 20);
  }
}

}  // namespace squall
