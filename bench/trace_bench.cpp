// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/in_turns.hpp"
#include "reports/formats/formats.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "sim/detail/event.hpp"
#include "sim/digest.hpp"
#include "sim/trace.hpp"

// What it costs to write a run down: W6 as it fuzzes, with every observation kept, made lanes and spans of, and as JSON lines.
namespace squall::bench {
namespace {

constexpr std::uint64_t seeds = 64;  ///< played in turns, so that no branch is learnt by heart

void add_rates(benchmark::State& state, std::uint64_t observations) {
  state.counters["observations_per_second"] =
      benchmark::Counter(static_cast<double>(observations), benchmark::Counter::kIsRate);
}

/// The fast path, to compare with: it keeps counters and a digest.
void trace_off(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  scenarios::Runner runner{scenario};
  std::uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(runner.run(sim::Seed{1 + seed++ % seeds}).digest);
}
BENCHMARK(trace_off)->Unit(benchmark::kMicrosecond);

/// Every observation kept; reasons, the plan of what struck and the world at the end as well.
void trace_recorded(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  std::uint64_t seed = 0, observations = 0;
  for (auto _ : state) observations += scenarios::record(scenario, sim::Seed{1 + seed++ % seeds}).trace.lines().size();
  add_rates(state, observations);
}
BENCHMARK(trace_recorded)->Unit(benchmark::kMicrosecond);

/// Lanes, moments, messages and spans of a recorded run: what all pictures and formats are made of.
void trace_chronicle(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const scenarios::Recording recording = scenarios::record(scenario, sim::Seed{1});
  for (auto _ : state) benchmark::DoNotOptimize(reports::chronicle(scenario, recording, reports::whole_run).moments);
  add_rates(state, recording.trace.lines().size() * static_cast<std::uint64_t>(state.iterations()));
}
BENCHMARK(trace_chronicle)->Unit(benchmark::kMicrosecond);

/// The whole trace as JSON lines.
void trace_json_lines(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const scenarios::Recording recording = scenarios::record(scenario, sim::Seed{1});
  const reports::Chronicle run = reports::chronicle(scenario, recording, reports::whole_run);
  const reports::Recorded recorded{scenario, recording, run, sim::Seed{1}, "squall run w6 --seed 1"};
  std::size_t bytes = 0;
  for (auto _ : state) bytes += reports::trace_lines(recorded).size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  add_rates(state, recording.trace.lines().size() * static_cast<std::uint64_t>(state.iterations()));
}
BENCHMARK(trace_json_lines)->Unit(benchmark::kMicrosecond);

/// The digest of a run, of the worlds that it passed through: what the fast path keeps in place of a trace.
void trace_digest(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  sim::World world{scenario.model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{1}};
  sim::Run run{.model = scenario.model, .decide = named, .key = named.run()};
  begin(world, run);
  while (step(world, run)) {}
  for (auto _ : state) benchmark::DoNotOptimize(sim::digest(world, scenario.model));
}
BENCHMARK(trace_digest);

/// How many times as long W6 takes with every observation kept in memory as without, all else alike.
void trace_full(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  scenarios::Runner bare{scenario}, watched{scenario};
  sim::Trace trace;
  watched.watch(&trace);
  const auto play = [&](scenarios::Runner& runner) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      trace.clear();
      benchmark::DoNotOptimize(runner.run(sim::Seed{seed}).digest);
    }
  };
  state.counters["of_bare"] = ratio_in_turns(
      state, seeds, [&] { play(bare); }, [&] { play(watched); });
}
BENCHMARK(trace_full)->UseManualTime()->Iterations(200);

/// What the next event will be, and whose: what a digest of it has to know.
struct Next {
  enum class Of : std::uint8_t { nothing, turn, message, timer } of = Of::nothing;
  sim::Row row = sim::no_row;
  sim::AgentId agent = sim::nobody;
};

Next next_of(const sim::World& world) {
  if (world.clock().ready != sim::no_row) {
    return {Next::Of::turn, world.clock().ready, world.activation(world.clock().ready).agent};
  }
  const sim::Row row = world.calendar.peek_row();
  if (row == sim::no_row) return {};
  const sim::Event event{row};
  if (event.is_message()) {
    const sim::MessageRow& message = world.message(event.index());
    if (message.place == sim::Place::lost || message.to == sim::nobody) return {};
    return {Next::Of::message, event.index(), message.to};
  }
  const sim::TimerRow& timer = world.timer(event.index());
  if (timer.kind == sim::TimerKind::stale || timer.kind == sim::TimerKind::free) return {};
  if (timer.kind > sim::TimerKind::alarm) return {};
  return {Next::Of::timer, event.index(), world.activation(timer.target).agent};
}

/// What that event adds to the digest: the very words.
std::uint64_t word_of(const sim::World& world, const sim::Model& model, const Next& next) {
  const auto of_timer = [&](std::uint64_t kind, sim::Row activation) {
    return sim::paired(sim::detail::now_word(world) ^ kind, world.activation_shadow(activation).key);
  };
  switch (next.of) {
    case Next::Of::message: return sim::detail::message_word(world, model, next.row);
    case Next::Of::turn: return of_timer(sim::detail::kind_word(sim::TimerKind::ready), next.row);
    default: {
      const sim::TimerRow& timer = world.timer(next.row);
      return of_timer(sim::detail::kind_word(timer.kind), timer.target);
    }
  }
}

/// How many times as long W6 takes with its digest as without. No run is without one, so each event is digested twice; what the
/// second time adds to a run that looks what comes next and leaves it there is what the first one took.
void trace_digested(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const auto armed = scenarios::armed_for(scenario);
  const sim::World fresh{scenario.model, sim::Half::state_and_shadow};
  sim::World world = fresh;
  const auto play = [&](const auto& before_each) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      world = fresh;
      sim::Named named{sim::Seed{seed}};
      sim::Run run{.model = scenario.model, .decide = named, .key = named.run(), .faults = armed.get()};
      begin(world, run);
      do before_each();
      while (step(world, run));
      benchmark::DoNotOptimize(sim::digest(world, scenario.model));
    }
  };
  const auto look = [&] {
    const Next next = next_of(world);
    if (next.of == Next::Of::nothing) return;
    benchmark::DoNotOptimize(next.row);
    benchmark::DoNotOptimize(next.agent);
  };
  const auto digest_too = [&] {
    const Next next = next_of(world);
    if (next.of == Next::Of::nothing) return;
    sim::detail::digest_event(world, next.agent, word_of(world, scenario.model, next));
  };
  std::vector<double> ratios;
  for (auto _ : state) {
    const double bare = nanoseconds_of([&] { play([] {}); });
    const double looked = nanoseconds_of([&] { play(look); });
    const double twice = nanoseconds_of([&] { play(digest_too); });
    ratios.push_back(1 / (1 - (twice - looked) / bare));
    state.SetIterationTime(bare / 1e9 / seeds);
  }
  state.counters["of_bare"] = median(ratios);
}
BENCHMARK(trace_digested)->UseManualTime()->Iterations(200);

}  // namespace
}  // namespace squall::bench
