// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <utility>

#include "bench/stepped.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/run.hpp"

// Very many instances at once at few agents: what one event costs must not depend on how many there are, but for misses of
// the cache.
namespace squall::bench {
namespace {

using scenarios::program;
using namespace std::chrono_literals;

/// `feature-team-fixed`: programs that wait for messages of their instance.
scenarios::Workflow teams() { return scenarios::feature_team_fixed(); }

/// Clients ask a server by requests and by messages, which it handles many at a time; a tool, a lock, a bound, an early
/// message that is taken late, a daemon that is left waiting.
scenarios::Workflow desks() {
  scenarios::Workflow workflow{"desk"};
  workflow.key("note", {.initial = scenarios::Expression{0}});
  workflow.tool("mail", {.latency = sim::Distribution::uniform(1s, 3s), .dedup = 1h});
  workflow.resource("pens", {.kind = sim::ResourceInfo::Kind::semaphore, .slots = 1'000'000});
  workflow.agent("client", program()
                               .send("clerk", "form")
                               .work(sim::Distribution::uniform(10s, 60s))
                               .ask("desk", "question")
                               .acquire("pens")
                               .read("note", {.as = "old"})
                               .write("note", scenarios::var("old.value") + 1)
                               .call("mail")
                               .release("pens")
                               .send("clerk", "stamp")
                               .receive("done", {.timeout = 10h})
                               .finish());
  scenarios::AgentSpec desk;
  desk.on.emplace_back("question", program().work(sim::Distribution::uniform(1s, 5s)).reply());
  desk.concurrency = 255;
  workflow.agent("desk", std::move(desk));
  workflow.agent("clerk", program().receive("stamp").receive("form").send("client", "done"));
  scenarios::AgentSpec log{.program = program().repeat(program().receive("never"))};
  log.daemon = true;
  workflow.agent("log", std::move(log));
  return workflow;
}

void at_once(benchmark::State& state, scenarios::Workflow workflow) {
  workflow.load(static_cast<std::uint32_t>(state.range(0)), sim::Distribution::constant(0ns));
  workflow.check("deadlock-freedom").check("no-orphaned-wait").limits(no_limits());
  const scenarios::Scenario scenario = scenarios::scenario(std::move(workflow));
  scenarios::Runner runner{scenario};
  std::uint64_t events = 0, seed = 0;
  for (auto _ : state) {
    const scenarios::Outcome& outcome = runner.run(sim::Seed{++seed});
    events += outcome.events;
    if (outcome.violated() || outcome.halt != sim::Halt::idle) return state.SkipWithError("it was to come to its end");
  }
  state.counters["event"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_each"] =
      static_cast<double>(runner.world().bytes_allocated()) / static_cast<double>(state.range(0));
}
#define SQUALL_AT_ONCE(what)               \
  BENCHMARK_CAPTURE(at_once, what, what()) \
      ->Name("instances_at_once/" #what)   \
      ->ArgName("instances")               \
      ->RangeMultiplier(10)                \
      ->Range(10, 100'000)                 \
      ->Unit(benchmark::kMillisecond)
SQUALL_AT_ONCE(teams);
SQUALL_AT_ONCE(desks);

}  // namespace
}  // namespace squall::bench
