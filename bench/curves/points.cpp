// SPDX-License-Identifier: Apache-2.0
#include "bench/curves/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "bench/graphs.hpp"
#include "bench/phold.hpp"
#include "bench/rings.hpp"
#include "bench/stepped.hpp"
#include "faults/campaign.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/player.hpp"
#include "scenarios/run.hpp"
#include "scenarios/workflow.hpp"

namespace squall::bench {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

/// Of the processor, so that what else runs here counts as little as possible.
class Watch {
 public:
  double seconds() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }
  double begin_ = now();
};

constexpr std::uint64_t steady_events = 400'000;  ///< where the run itself does not grow

Measured stepped(const Workflow& workflow, std::uint64_t events) {
  const Watch build;
  const Scenario made = scenario(workflow);
  Stepped stepped{made.model};
  stepped.steps(1'000);
  Measured measured{.build_seconds = build.seconds()};
  const Watch run;
  stepped.steps(events);
  measured.run_seconds = run.seconds();
  measured.units = static_cast<double>(events);
  measured.world_bytes = stepped.world().bytes_allocated();
  return measured;
}

/// A whole run of one seed, judged; what it violates first is to be `violated`.
Measured whole(Workflow workflow, std::string_view violated = "") {
  const Watch build;
  const Scenario made = scenario(std::move(workflow));
  Runner runner{made};
  Measured measured{.build_seconds = build.seconds()};
  const Watch run;
  const Outcome& outcome = runner.run(sim::Seed{1});
  measured.run_seconds = run.seconds();
  measured.units = static_cast<double>(outcome.events);
  measured.world_bytes = runner.world().bytes_allocated();
  // A curve over runs that went wrong would be one of something else.
  const std::string_view is = outcome.violated() ? std::string_view{outcome.violations[0].invariant} : "";
  if (is != violated) throw std::logic_error{fmt::format("it was to violate '{}': '{}'", violated, is)};
  if (outcome.halt != sim::Halt::idle) throw std::logic_error{"it was to come to its end"};
  return measured;
}

// ---- agents ----

Measured agents_in_cpp(std::uint64_t agents) {
  const Watch build;
  Phold phold{static_cast<std::uint32_t>(agents)};
  for (std::uint64_t warm = 0; warm < 2 * agents + 10'000; ++warm) phold.step();
  Measured measured{.build_seconds = build.seconds()};
  const Watch run;
  const std::uint64_t events = std::max(steady_events, agents);
  for (std::uint64_t event = 0; event < events; ++event) phold.step();
  measured.run_seconds = run.seconds();
  measured.units = static_cast<double>(events);
  measured.world_bytes = phold.world().bytes_allocated();
  return measured;
}

Measured agents_at_work(std::uint64_t agents) {
  Workflow workflow{"crowd"};
  AgentSpec worker;
  worker.program = program().work(exponential(1s)).send("collector", "report");
  worker.replicas = static_cast<std::uint32_t>(agents);
  workflow.agent("worker", std::move(worker));
  workflow.agent("collector",
                 program().repeat(program().receive("report"), {.times = static_cast<std::int64_t>(agents)}));
  workflow.limits(no_limits()).check_defaults();
  return whole(std::move(workflow));
}

Measured agents_idle(std::uint64_t agents) {
  Workflow workflow = ring();
  AgentSpec idle;
  idle.on.emplace_back("never", program().work(1ms));
  idle.replicas = static_cast<std::uint32_t>(agents);
  workflow.agent("idle", std::move(idle));
  return stepped(workflow, steady_events);
}

Measured agents_declared(std::uint64_t agents) {
  Workflow workflow = ring();
  for (std::uint64_t a = 0; a < agents; ++a) {
    AgentSpec idle;
    idle.on.emplace_back("never", program().work(1ms));
    workflow.agent(fmt::format("idle-{}", a), std::move(idle));
  }
  return stepped(workflow, steady_events);
}

Measured features_declared(std::uint64_t each) {
  Workflow workflow = ring();
  for (std::uint64_t n = 0; n < each; ++n) {
    workflow.topic(fmt::format("topic-{}", n), {});
    workflow.key(fmt::format("key-{}", n));
    workflow.tool(fmt::format("tool-{}", n));
    workflow.resource(fmt::format("lock-{}", n));
  }
  return stepped(workflow, steady_events);
}

// ---- instances ----

Workflow team(Workflow workflow, std::uint64_t instances, sim::Distribution every) {
  workflow.load(static_cast<std::uint32_t>(instances), every);
  workflow.check("deadlock-freedom").check("no-orphaned-wait");
  workflow.limits(no_limits());
  return workflow;
}
Measured instances_in_turn(std::uint64_t instances) {
  return whole(team(feature_team_fixed(), instances, sim::Distribution::constant(1h)));
}
Measured instances_at_once(std::uint64_t instances) {
  return whole(team(feature_team_fixed(), instances, sim::Distribution::constant(0ns)));
}
Measured instances_stuck(std::uint64_t instances) {
  return whole(team(feature_team(), instances, sim::Distribution::constant(100ms)), "deadlock-freedom");
}

// ---- events ----

Measured events_of_programs(std::uint64_t events) { return stepped(ring(), events); }

Measured events_of_structs(std::uint64_t events) {
  const Watch build;
  Phold phold{1'000};
  for (int warm = 0; warm < 10'000; ++warm) phold.step();
  Measured measured{.build_seconds = build.seconds()};
  const Watch run;
  for (std::uint64_t event = 0; event < events; ++event) phold.step();
  measured.run_seconds = run.seconds();
  measured.units = static_cast<double>(events);
  measured.world_bytes = phold.world().bytes_allocated();
  return measured;
}

// ---- graphs ----

Measured graph(GraphDesign design) {
  Workflow workflow{"graph"};
  workflow.graph(std::move(design)).limits(no_limits()).check_defaults();
  return whole(std::move(workflow));
}
/// Together with their runtime they are as many agents as can be declared.
std::uint32_t tasks_of(std::uint64_t tasks) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(tasks, 99'999));
}

Measured tasks_in_layers(std::uint64_t tasks) {
  GraphDesign design = layered(tasks_of(tasks), 100);
  design.rules.checkpoint = Saves::none;
  return graph(std::move(design));
}
Measured tasks_by_workers(std::uint64_t tasks) {
  GraphDesign design = layered(tasks_of(tasks), 1'000);
  design.rules.checkpoint = Saves::none;
  design.workers = 16;
  design.policy = DispatchPolicy::critical_path;
  return graph(std::move(design));
}
Measured tasks_in_supersteps(std::uint64_t tasks) {
  GraphDesign design = layered(tasks_of(tasks), 100);
  design.rules = *preset("langgraph");
  design.rules.checkpoint = Saves::none;
  return graph(std::move(design));
}
Measured tasks_saved(std::uint64_t tasks) { return graph(layered(tasks_of(tasks), 100)); }

// ---- findings ----

/// Each of as many runs as there are findings shows one that no other shows.
Measured findings(std::uint64_t distinct) {
  faults::Tally tally;
  faults::Signatures signatures;
  sim::Violation violation;
  const Watch run;
  for (std::uint64_t n = 0; n < distinct; ++n) {
    violation.invariant = fmt::format("claim-{}", n);
    tally.add(n, {.digest = n, .events = 1, .violations = {&violation, 1}}, signatures);
  }
  return {.run_seconds = run.seconds(), .units = static_cast<double>(tally.findings.size())};
}

Measured runs_with_findings(std::uint64_t runs) {
  const Watch build;
  const Scenario made = *builtin("feature-team");
  Measured measured{.build_seconds = build.seconds()};
  const Watch run;
  faults::Campaign campaign{players_of(made), 1};
  const faults::Tally tally = campaign.run(1, runs);
  measured.run_seconds = run.seconds();
  measured.units = static_cast<double>(tally.violated);
  return measured;
}

constexpr Curve all[] = {
    {"agents in C++", "agents", "event", "PHOLD, each agent at work", agents_in_cpp, 1'000'000, 1'000'000},
    {"agents at work", "agents", "event", "programs: each works, reports to one collector; judged", agents_at_work,
     1'000'000, 1'000'000},
    {"idle members", "idle", "event",
     "ten agents hand a message round, n more of one definition wait for theirs; judged", agents_idle, 1'000'000,
     1'000'000},
    {"idle agents", "idle", "event", "the same, n more agents declared one by one", agents_declared, 10'000, 10'000},
    {"unused features", "of each", "event", "the same, with n topics, keys, tools and locks that nobody uses",
     features_declared, 10'000, 10'000},
    {"instances in turn", "instances", "event", "feature-team-fixed, one begins each hour; judged", instances_in_turn,
     100'000, 1'000'000},
    {"instances at once", "instances", "event", "the same, all begin at once and share four agents; judged",
     instances_at_once, 100'000, 100'000},
    {"instances stuck", "instances", "event", "feature-team, one begins each 100 ms, and each deadlocks; judged",
     instances_stuck, 10'000, 100'000},
    {"events of programs", "events", "event", "ten agents hand a message round; judged", events_of_programs, 10'000'000,
     1'000'000'000},
    {"events of C++", "events", "event", "PHOLD of 1,000 agents", events_of_structs, 100'000'000, 1'000'000'000},
    {"tasks", "tasks", "event", "a graph in layers of 100, each task leads to two; dataflow, saving nothing; judged",
     tasks_in_layers, 100'000, 100'000},
    {"tasks by 16 workers", "tasks", "event", "the same in layers of 1,000, the critical path first", tasks_by_workers,
     100'000, 100'000},
    {"tasks in supersteps", "tasks", "event", "layers of 100 under langgraph's rules", tasks_in_supersteps, 100'000,
     100'000},
    {"tasks, each saved", "tasks", "event", "layers of 100, a checkpoint as each one ends", tasks_saved, 10'000,
     100'000},
    {"findings", "findings", "finding", "a campaign adds up runs, each of which shows something new", findings,
     1'000'000, 1'000'000},
    {"runs with a finding", "runs", "violated run", "feature-team, whose deadlock is one finding", runs_with_findings,
     100'000, 1'000'000},
};

}  // namespace

std::span<const Curve> curves() { return all; }

}  // namespace squall::bench
