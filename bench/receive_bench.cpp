// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/stepped.hpp"
#include "scenarios/run.hpp"

// Selective receive: what an agent wants lies behind `depth` messages that it does not want yet. It comes while the agent is
// at work, so that it has to be looked for.
namespace squall::bench {
namespace {

using scenarios::program;
using namespace std::chrono_literals;

scenarios::Scenario behind(std::int64_t depth, const char* noise, const scenarios::Demand& wanted) {
  scenarios::Workflow workflow{"selective-receive"};
  workflow.latency(sim::Distribution::constant(1us));
  workflow.agent("asker", program()
                              .repeat(program().send("taker", noise, {.with = {{"number", -1}}}), {.times = depth})
                              .repeat(program().send("taker", "job", {.with = {{"number", 1}}}).receive("next")));
  workflow.agent("taker",
                 program().sleep(1s).repeat(program().work(10us).receive(wanted).send("asker", "next")).receive(noise));
  workflow.limits(no_limits()).check("deadlock-freedom");
  return scenarios::scenario(std::move(workflow));
}

void take(benchmark::State& state, const char* noise, const scenarios::Demand& wanted) {
  const std::int64_t depth = state.range(0);
  const scenarios::Scenario scenario = behind(depth, noise, wanted);
  Stepped stepped{scenario.model};
  stepped.steps(4 * static_cast<std::uint64_t>(depth) + 1'000);
  if (stepped.world().agent(sim::AgentId{1}).box_count + 1 < depth) return state.SkipWithError("it was to be deep");
  const std::uint64_t before = stepped.world().clock().consumed;
  for (auto _ : state) stepped.steps(100);
  // Of two that are taken one has to be looked for; the other is the answer.
  const auto taken = static_cast<double>(stepped.world().clock().consumed - before) / 2;
  state.counters["each"] = benchmark::Counter(taken, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// What is not wanted is told by its topic.
void by_topic(benchmark::State& state) { take(state, "noise", "job"); }
BENCHMARK(by_topic)->Name("receive/by_topic")->ArgName("depth")->RangeMultiplier(10)->Range(10, 10'000);

/// By a condition on its content, which each message is asked.
void by_condition(benchmark::State& state) {
  take(state, "job", scenarios::topic("job").where(scenarios::var("msg.number") == 1));
}
BENCHMARK(by_condition)->Name("receive/by_condition")->ArgName("depth")->RangeMultiplier(10)->Range(10, 10'000);

}  // namespace
}  // namespace squall::bench
