// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

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

/// What an event adds to the digest, once more: the very words, of the row that is about to come out of the calendar.
void digest_again(sim::World& world, const sim::Model& model) {
  if (world.clock().ready != sim::no_row) {
    const sim::Row activation = world.clock().ready;
    const std::uint64_t word = sim::paired(sim::detail::now_word(world), world.activation_shadow(activation).key);
    return sim::detail::digest_event(world, world.activation(activation).agent, word);
  }
  const sim::Row row = world.calendar.peek_row();
  if (row == sim::no_row) return;
  const sim::Event event{row};
  if (event.is_message()) {
    const sim::MessageRow& message = world.message(event.index());
    if (message.place == sim::Place::lost || message.to == sim::nobody) return;
    return sim::detail::digest_event(world, message.to, sim::detail::message_word(world, model, event.index()));
  }
  const sim::TimerRow& timer = world.timer(event.index());
  if (timer.kind == sim::TimerKind::stale || timer.kind == sim::TimerKind::free) return;
  if (timer.kind > sim::TimerKind::alarm) return;
  const std::uint64_t word = sim::paired(sim::detail::now_word(world) ^ sim::detail::kind_word(timer.kind),
                                         world.activation_shadow(timer.target).key);
  sim::detail::digest_event(world, world.activation(timer.target).agent, word);
}

/// How many times as long W6 takes with its digest as without, from what a second digest of the same words adds: no run is
/// without one.
void trace_digested(benchmark::State& state) {
  const scenarios::Scenario scenario = *scenarios::builtin("w6");
  const auto armed = scenarios::armed_for(scenario);
  const sim::World fresh{scenario.model, sim::Half::state_and_shadow};
  sim::World world = fresh;
  const auto play = [&](bool twice) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      world = fresh;
      sim::Named named{sim::Seed{seed}};
      sim::Run run{.model = scenario.model, .decide = named, .key = named.run(), .faults = armed.get()};
      begin(world, run);
      do {
        if (twice) digest_again(world, scenario.model);
      } while (step(world, run));
      benchmark::DoNotOptimize(sim::digest(world, scenario.model));
    }
  };
  const double twice = ratio_in_turns(
      state, seeds, [&] { play(false); }, [&] { play(true); });
  state.counters["of_bare"] = 1 / (2 - twice);
}
BENCHMARK(trace_digested)->UseManualTime()->Iterations(200);

}  // namespace
}  // namespace squall::bench
