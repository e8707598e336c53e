// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <string>

#include "scenarios/file.hpp"
#include "sim/predicate.hpp"

// Evaluating compiled expressions: goals of a workflow, asked of its world, and reading them from text.
namespace squall::bench {
namespace {

struct Asked {
  const char* name;
  const char* text;
};
/// From a number to a walk over agents.
constexpr Asked all[] = {
    {"constant", "1 == 1"},
    {"context", "context.count >= 3"},
    {"arithmetic", "(context.count + 7) * 3 % 5 < 4 && !(context.count - 2 == 1)"},
    {"conditional", "(context.count > 2 ? context.count : context.limit) <= max(context.count, context.limit)"},
    {"agents", "agents.all(a, a.state != 'down')"},
};

std::string file_with(const char* goal) {
  std::string text =
      "workflow: t\ncontext: {count: {initial: 3}, limit: {initial: 9}}\nagents:\n"
      "  a: {replicas: 10, do: [receive: never]}\n  b: {do: [read: count, send: {to: a, topic: never}]}\n";
  return text + "goal: \"" + goal + "\"\n";
}

void ask(benchmark::State& state, const Asked& asked) {
  const scenarios::Loaded file = scenarios::load_text("t.yaml", file_with(asked.text));
  if (!file.ok()) return state.SkipWithError("it has diagnostics");
  const sim::Model& model = file.scenario->model;
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{1}};
  sim::Run run{.model = model, .decide = named, .key = named.run()};
  begin(world, run);
  const sim::PredicateScope scope{.model = model, .world = world, .instance = 0};
  if (evaluate(model.goal, scope).error != sim::Error::none) return state.SkipWithError("it was to have a value");
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(model.goal, scope));
  state.counters["instructions"] = static_cast<double>(model.goal.size());
}

const bool registered = [] {
  for (const Asked& asked : all) {
    benchmark::RegisterBenchmark((std::string{"expression/"} + asked.name).c_str(),
                                 [&asked](benchmark::State& state) { ask(state, asked); });
  }
  return true;
}();

}  // namespace
}  // namespace squall::bench
