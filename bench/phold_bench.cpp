// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "sim/agent.hpp"
#include "sim/timed.hpp"

// PHOLD (Fujimoto, "Performance of Time Warp under Synthetic Workloads", 1990): M struct agents, one message under way for
// each; a delivery counts, draws a destination, and sends on after 1 us plus an exponential time of mean 1 ms.
namespace {

using namespace squall::sim;
using namespace std::chrono_literals;

struct Holder {
  std::int64_t count = 0;

  void on_start(Turn& turn) { pass_on(turn); }
  void on_message(Turn& turn, const Message&) {
    ++count;
    pass_on(turn);
  }

 private:
  static void pass_on(Turn& turn) {
    const Draw draw = turn.draw();
    turn.send(AgentId{draw.below(purpose("destination"), turn.model().members)}, TopicId{0});
  }
};

void phold(benchmark::State& state) {
  const auto agents = static_cast<std::uint32_t>(state.range(0));
  Model model;
  model.network = {.latency = Distribution::exponential(1ms), .fifo = false, .duplicating = false, .links = {}};
  add_topic(model, "job");
  add_agent(model, "holder", Holder{}, agents);
  model.capacities = {.messages = agents + 4, .timers = 1, .activations = agents, .artifacts = 0, .turn_emits = 2};
  model.finish();
  World world{model, Half::state_and_shadow};
  Named named{Seed{7}};
  Run run{.model = model, .decide = named, .key = named.run()};
  begin(world, run);
  for (std::uint32_t warm_up = 0; warm_up < 2 * agents + 100'000; ++warm_up) step(world, run);
  for (auto _ : state) step(world, run);
  state.counters["bytes_per_agent"] = static_cast<double>(world.bytes_allocated()) / agents;
}
BENCHMARK(phold)->Arg(16)->Arg(1'000)->Arg(100'000);

}  // namespace
