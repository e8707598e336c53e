// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "scenarios/runtimes/heft.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// Workers that differ, queues of their own, and schedules for them.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using sim::Duration;

/// The example of the paper: ten tasks, three processors (figure 2 and table 1 of Topcuoglu, Hariri, Wu, 2002).
Tasks of_the_paper() {
  constexpr int takes[10][3] = {{14, 16, 9}, {13, 19, 18}, {11, 13, 19}, {13, 8, 17},  {12, 13, 10},
                                {13, 16, 9}, {7, 15, 11},  {5, 11, 14},  {18, 12, 20}, {21, 7, 16}};
  Tasks tasks{.workers = 3, .takes = {}, .edges = {}};
  for (const auto& task : takes) {
    for (const int seconds : task) tasks.takes.push_back(std::chrono::seconds{seconds});
  }
  const auto edge = [&](std::size_t from, std::size_t to, int seconds) {
    tasks.edges.push_back({from - 1, to - 1, std::chrono::seconds{seconds}});
  };
  edge(1, 2, 18), edge(1, 3, 12), edge(1, 4, 9), edge(1, 5, 11), edge(1, 6, 14);
  edge(2, 8, 19), edge(2, 9, 16), edge(3, 7, 23), edge(4, 8, 27), edge(4, 9, 23);
  edge(5, 9, 13), edge(6, 8, 15), edge(7, 10, 17), edge(8, 10, 11), edge(9, 10, 13);
  return tasks;
}

Duration makespan(const std::string& text) {
  const Measured run = measured(*loaded_text(text).scenario);
  REQUIRE(run.violations.empty());
  return run.load.makespan;
}

/// `small` could begin first; one worker is four times as quick as the other.
std::string unlike(const char* policy, const char* more = "", const char* preset = "dataflow") {
  return fmt::format(R"(workflow: unlike
network: {{latency: 0s}}
graph:
  runs-as: {{preset: {}, guarantee: in-process}}
  start: [small, big]
  workers: {{quick: {{percent: 50}}, slow: {{percent: 200}}}}
  dispatch: {}
  nodes:
    small: {{do: [{{work: 2s}}]}}
    big: {{do: [{{work: 10s}}]{}}}
)",
                     preset, policy, more);
}

std::string refused(const std::string& text) {
  const Loaded loaded = load_text("workers.yaml", text);
  return to_text(loaded.diagnostics);
}

}  // namespace

TEST_SUITE("runtimes: workers") {
  TEST_CASE("HEFT: ranks and schedule of the example in the paper") {
    const Tasks tasks = of_the_paper();
    const std::vector<Duration> ranks = upward_ranks(tasks);
    CHECK(ranks[0] / 1ms == 107'999);  // 108 in the paper; a third of a nanosecond is cut off ten times
    CHECK(ranks[1] / 1ms == 76'999);
    CHECK(ranks[8] / 1ms == 44'333);
    CHECK(ranks[9] / 1ms == 14'666);
    const Schedule schedule = heft(tasks);
    CHECK(schedule.makespan == 80s);
    // Figure 3 (a): who does what.
    const std::vector<std::size_t> workers{2, 0, 2, 1, 2, 1, 2, 0, 1, 1};
    for (std::size_t task = 0; task < workers.size(); ++task) CHECK(schedule.places[task].worker == workers[task]);
    CHECK(schedule.places[9].begin == 73s);
  }

  TEST_CASE("HEFT: what fits into a gap is done there") {
    // 0 keeps the first worker from 0 s to 1 s; 1 takes 5 s on the second, and 2 waits for it. 3, the least in rank, fits between.
    Tasks tasks{.workers = 2, .takes = {1s, 9s, 9s, 5s, 1s, 30s, 3s, 20s}, .edges = {{0, 2}, {1, 2}}};
    const Schedule schedule = heft(tasks);
    CHECK(schedule.places[2].begin == 5s);
    CHECK(schedule.places[3].worker == 0);
    CHECK(schedule.places[3].begin == 1s);
    CHECK(schedule.makespan == 6s);
  }

  TEST_CASE("who is free and done first takes what the policy says is next") {
    CHECK(makespan(unlike("fifo")) == 20s);  // small by the quick one, big by the slow one
    CHECK(makespan(unlike("shortest")) == 20s);
    CHECK(makespan(unlike("critical-path")) == 5s);  // big by the quick one; small 0-4 s by the slow one
    CHECK(makespan(unlike("priority", ", priority: 1")) == 5s);
  }

  TEST_CASE("least-loaded: each joins the queue with the least work in it") {
    CHECK(makespan(unlike("least-loaded")) == 20s);  // the slow one's queue is empty when big comes
    // Two queues of equal workers: 6 | 1 2 4, where one line would give 6 4 | 1 2 .
    const char* text = R"(workflow: queues
network: {{latency: 0s}}
graph:
  runs-as: {{preset: dataflow, guarantee: in-process}}
  start: [a, b, c, d]
  workers: 2
  dispatch: {}
  nodes:
    a: {{do: [{{work: 6s}}]}}
    b: {{do: [{{work: {{mean: 1s}}}}]}}
    c: {{do: [{{work: 2s}}]}}
    d: {{do: [{{work: 4s}}]}}
seed: 1
set: {{"b/work #1": 9s}}
)";
    // b is thought to take 1 s and takes 9: what waits in its queue waits, though the other worker is free at 6 s.
    CHECK(makespan(fmt::format(fmt::runtime(text), "least-loaded")) == 15s);
    CHECK(makespan(fmt::format(fmt::runtime(text), "fifo")) == 12s);
  }

  TEST_CASE("HEFT: the schedule is kept, by kinds of workers and by what nodes take on them") {
    CHECK(makespan(unlike("heft")) == 5s);
    CHECK(makespan(unlike("heft", ", percent-on: {slow: 10}")) == 1s);
    // A chain and two singles: c1 and c2 by the quick one, one after the other; what is left goes where it ends first.
    CHECK(makespan(R"(workflow: chain
network: {latency: 0s}
graph:
  runs-as: {preset: dataflow, guarantee: in-process}
  start: [s1, s2, c1]
  workers: {quick: {percent: 50}, slow: {}}
  dispatch: heft
  nodes:
    s1: {do: [{work: 2s}]}
    s2: {do: [{work: 4s}]}
    c1: {do: [{work: 4s}], next: c2}
    c2: {do: [{work: 8s}]}
)") == 6s);
  }

  TEST_CASE("a node that runs several times at once has several workers, and each is free again when it is done") {
    const char* text = R"(workflow: rounds
network: {{latency: 1ms}}
graph:
  runs-as: {}
  start: [a, b, c]
  workers: {{quick: {{count: 2, percent: 50}}, slow: {{}}}}
  dispatch: {}
  nodes:
    a: {{do: [{{work: 1s}}], next: d, join: each}}
    b: {{do: [{{work: 1s}}], next: d, join: each}}
    c: {{do: [{{work: 1s}}], next: d, join: each}}
    d: {{do: [{{work: 3s}}], join: each}}
)";
    for (const char* policy : {"fifo", "least-loaded", "heft", "critical-path"}) {
      for (const char* preset : {"dataflow", "queue-worker", "durable", "step-functions"}) {
        CAPTURE(policy);
        CAPTURE(preset);
        const Duration all = makespan(fmt::format(fmt::runtime(text), preset, policy));
        CHECK(all > 1s);
        CHECK(all < 12s);
      }
    }
  }

  TEST_CASE("a worker of another speed draws what the first would have drawn") {
    const char* text = R"(workflow: pace
graph:
  runs-as: {{preset: dataflow, guarantee: in-process}}
  start: a
  workers: {{only: {{percent: {}}}}}
  nodes: {{a: {{do: [{{work: {{p50: 10s, p99: 60s}}}}]}}}}
)";
    const auto nanoseconds = [&](int percent) { return makespan(fmt::format(fmt::runtime(text), percent)).count(); };
    CHECK(nanoseconds(300) == nanoseconds(100) * 3);
    CHECK(nanoseconds(100) != 10'000'000'000);
  }

  TEST_CASE("what cannot be meant is refused") {
    CHECK(refused(unlike("fifo", ", percent-on: {quik: 10}")).find("no worker is of the kind 'quik'") !=
          std::string::npos);
    CHECK(refused(unlike("fifo", ", percent-on: {quick: 0}")).find("that is no time that work could take") !=
          std::string::npos);
    const std::string free = R"(workflow: free
graph: {start: a, dispatch: heft, nodes: {a: {do: [{work: 1s}]}}}
)";
    CHECK(refused(free).find("there are any number of them") != std::string::npos);
    const std::string none = R"(workflow: none
graph: {start: a, workers: {quick: {count: 0}}, nodes: {a: {do: [{work: 1s}]}}}
)";
    CHECK(refused(none).find("nobody would ever work") != std::string::npos);
  }
}

}  // namespace squall::scenarios
