// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>

#include "bench/stepped.hpp"
#include "scenarios/run.hpp"

// Operations on the shared context: one agent does the same one over and over, each a turn and the event that ends its latency.
namespace squall::bench {
namespace {

using scenarios::program;
using scenarios::var;

void operate(benchmark::State& state, scenarios::Program operation, const scenarios::KeySpec& key) {
  scenarios::Workflow workflow{"context"};
  workflow.key("note", key);
  workflow.agent("writer", program().repeat(std::move(operation)));
  workflow.limits(no_limits()).check("deadlock-freedom");
  const scenarios::Scenario scenario = scenarios::scenario(std::move(workflow));
  Stepped stepped{scenario.model};
  stepped.steps(10'000);
  constexpr std::uint64_t events_in_a_row = 1'000;
  for (auto _ : state) stepped.steps(events_in_a_row);
  state.counters["event"] =
      benchmark::Counter(static_cast<double>(events_in_a_row),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

scenarios::KeySpec key_of(sim::Consistency consistency) {
  using namespace std::chrono_literals;
  scenarios::KeySpec key{.initial = scenarios::Expression{0}, .consistency = consistency};
  if (consistency != sim::Consistency::strong) key.lag = sim::Distribution::uniform(1ms, 20ms);
  return key;
}

const bool registered = [] {
  struct Row {
    const char* name;
    sim::Consistency consistency;
  };
  for (const Row& row : {Row{"strong", sim::Consistency::strong}, Row{"causal", sim::Consistency::causal},
                         Row{"eventual", sim::Consistency::eventual}, Row{"snapshot", sim::Consistency::snapshot}}) {
    const auto add = [&](const char* what, const scenarios::Program& operation) {
      benchmark::RegisterBenchmark(
          (std::string{"context/"} + what + "/" + row.name).c_str(),
          [operation, key = key_of(row.consistency)](benchmark::State& state) { operate(state, operation, key); });
    };
    add("read", program().read("note"));
    add("read_and_write", program().read("note", {.as = "old"}).write("note", var("old.value") + 1));
    if (row.consistency == sim::Consistency::strong) {
      add("update", program().update("note", var("old") + 1));
      add("compare_and_set",
          program().read("note", {.as = "old"}).compare_and_set("note", var("old.version"), var("old.value") + 1));
    }
  }
  return true;
}();

}  // namespace
}  // namespace squall::bench
