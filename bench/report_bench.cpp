// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "reports/formats/formats.hpp"
#include "reports/html.hpp"
#include "scenarios/file.hpp"

// What it costs to tell a run that was recorded: the page and every format, of runs with more and more events. The page shows
// what is near a violation, so it stays as large as it is; the others grow with the run.
namespace squall::bench {
namespace {

/// Two who send a ball to and fro, a lock, a key that is read and written, and one who waits for ever: a round is 8 events.
/// What is violated is at its end.
scenarios::Loaded rally(std::int64_t events) {
  scenarios::Loaded file = scenarios::load_text("rally.yaml", fmt::format(R"(workflow: rally
context: {{score: {{}}}}
resources: {{court: {{lock: {{}}}}}}
agents:
  ann:
    do:
      - repeat: [{{send: {{to: bob, topic: ball}}}}, {{receive: ball}}, {{read: score}}, {{work: {{time: 1s, makes: score}}}}, {{write: score}}]
        times: {}
      - emit: over
  bob: {{do: [{{repeat: [{{receive: ball}}, {{acquire: court}}, {{work: 1s}}, {{release: court}}, {{send: {{to: ann, topic: ball}}}}]}}]}}
  eve: {{do: [{{receive: result}}]}}
check: [{{never: {{emitted: over}}}}]
)",
                                                                          std::max<std::int64_t>(1, events / 8)));
  if (!file.ok()) throw std::logic_error{"the workflow of the bench does not read"};
  return file;
}

struct Recorded {
  explicit Recorded(std::int64_t events)
      : file(rally(events)),
        recording(scenarios::record(*file.scenario, sim::Seed{1})),
        whole(reports::chronicle(*file.scenario, recording, reports::whole_run)) {}
  reports::Recorded all() const { return {*file.scenario, recording, whole, sim::Seed{1}, "squall run rally.yaml"}; }

  scenarios::Loaded file;
  scenarios::Recording recording;
  reports::Chronicle whole;
};

template <class Write>
void report(benchmark::State& state, const Write& write) {
  const Recorded run{state.range(0)};
  std::size_t bytes = 0;
  for (auto _ : state) bytes += write(run).size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["events"] = static_cast<double>(run.recording.outcome.events);
  state.counters["bytes"] = benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}

void lengths(benchmark::internal::Benchmark* bench) {
  bench->ArgName("events")->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
}

/// The page plays the run once more, step by step, for its time travel.
void report_page(benchmark::State& state) {
  report(state, [](const Recorded& run) {
    return reports::run_html(*run.file.scenario, run.recording, sim::Seed{1}, "squall run rally.yaml");
  });
}
BENCHMARK(report_page)->Apply(lengths);

void report_sarif(benchmark::State& state) {
  report(state, [](const Recorded& run) { return reports::sarif(run.all(), run.file); });
}
BENCHMARK(report_sarif)->Apply(lengths);

/// A format that is made of a recorded run alone.
template <std::string (*format)(const reports::Recorded&)>
void report_as(benchmark::State& state) {
  report(state, [](const Recorded& run) { return format(run.all()); });
}
BENCHMARK(report_as<reports::otlp>)->Name("report_otlp")->Apply(lengths);
BENCHMARK(report_as<reports::trace_event>)->Name("report_trace_event")->Apply(lengths);
BENCHMARK(report_as<reports::shiviz>)->Name("report_shiviz")->Apply(lengths);
BENCHMARK(report_as<reports::dot>)->Name("report_dot")->Apply(lengths);
BENCHMARK(report_as<reports::mermaid>)->Name("report_mermaid")->Apply(lengths);

}  // namespace
}  // namespace squall::bench
