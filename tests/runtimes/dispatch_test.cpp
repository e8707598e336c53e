// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// Policies of dispatch, on drawings where each of them differs from the others, and what is measured of a run.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

/// Two workers for six pieces of work, one of which has a long way behind it. `x` is the most important.
std::string six(const char* policy, const char* workers = "  workers: 2\n") {
  return fmt::format(R"(workflow: six
graph:
  runs-as: {{preset: dataflow, guarantee: in-process}}
  start: [a, b, c, d, x, long]
{}{}  nodes:
    a: {{do: [{{work: 4s}}]}}
    b: {{do: [{{work: 3s}}]}}
    c: {{do: [{{work: 2s}}]}}
    d: {{do: [{{work: 1s}}]}}
    x: {{do: [{{work: 5s}}], priority: 9}}
    long: {{do: [{{work: 2s}}], next: way}}
    way: {{do: [{{work: 9s}}]}}
)",
                     workers, policy[0] == '\0' ? "" : fmt::format("  dispatch: {}\n", policy));
}

struct Dispatched {
  Workload load;
  std::string first;  ///< nodes that begin at once
};

Dispatched measure(const std::string& text) {
  const Loaded loaded = loaded_text(text);
  Dispatched dispatched{.load = measured(*loaded.scenario).load, .first = {}};
  const Recording run = record(*loaded.scenario, sim::Seed{1});
  for (const sim::TraceLine& line : run.trace.lines()) {
    const bool begins =
        line.seen.kind == sim::Seen::consumed && line.at == sim::start_of_time && line.seen.agent != sim::nobody;
    if (begins) dispatched.first += agent_name(loaded.scenario->model, run.world, line.seen.agent) + " ";
  }
  return dispatched;
}

}  // namespace

TEST_SUITE("runtimes: dispatch") {
  TEST_CASE("where workers are fewer than what could run, the policy says what runs first") {
    CHECK(measure(six("fifo")).first == "a b ");
    CHECK(measure(six("priority")).first == "x a ");
    CHECK(measure(six("shortest")).first == "d c ");
    CHECK(measure(six("critical-path")).first == "long x ");
    CHECK(measure(six("fifo", "")).first == "a b c d x long ");
  }

  TEST_CASE("makespans are those of the schedules that the policies give") {
    // fifo: a 0-4, b 0-3, c 3-5, d 4-5, x 5-10, long 5-7, way 7-16
    CHECK(measure(six("fifo")).load.makespan == 16s);
    // critical path: long 0-2, x 0-5, way 2-11, a 5-9, b 9-12, c 11-13, d 12-13
    CHECK(measure(six("critical-path")).load.makespan == 13s);
    CHECK(measure(six("fifo", "  workers: 1\n")).load.makespan == 26s);
    CHECK(measure(six("fifo", "")).load.makespan == 11s);
  }

  TEST_CASE("what is measured adds up: work done, and time waited for a worker") {
    const Workload load = measure(six("critical-path")).load;
    CHECK(load.served == 7);
    CHECK(load.busy == 26'000'000'000ULL);
    CHECK(load.busy_most == 2);
    // At first a, b, c and d wait; from 5 s on b, c and d, from 9 s c and d, from 11 s d, to 12 s.
    CHECK(load.waited == (4 * 5 + 3 * 4 + 2 * 2 + 1 * 1) * 1'000'000'000ULL);
    CHECK(load.waiting_most == 4);
    CHECK(load.latencies == std::vector<sim::Duration>{13s});
  }

  TEST_CASE("handlers of agents are measured as well: what waits in their mailboxes") {
    const Workload load = measure(R"(workflow: office
network: {latency: 0s}
agents:
  clerk: {on: {job: [{work: 2s}]}}
  boss: {do: [{send: {to: clerk, topic: job}}, {send: {to: clerk, topic: job}}, {send: {to: clerk, topic: job}}]}
)")
                              .load;
    CHECK(load.served == 3);
    CHECK(load.busy == 6'000'000'000ULL);
    CHECK(load.busy_most == 1);
    CHECK(load.waited == (2 * 2 + 1 * 2) * 1'000'000'000ULL);
    CHECK(load.makespan == 6s);
  }

  TEST_CASE("a change from outside of the file is as if it were written there") {
    const std::string path = SQUALL_SOURCE_DIR "/tests/data/runtimes/langgraph/diamond-list.yaml";
    const Loaded plain = load(path);
    const Loaded same = load(path, {.root = {}, .plan = {}, .changes = {{"graph.runs-as", "langgraph"}}});
    const Loaded other = load(path, {.root = {}, .plan = {}, .changes = {{"graph.limit", "1"}}});
    const Loaded wrong = load(path, {.root = {}, .plan = {}, .changes = {{"graph.dispatch", "fastest"}}});
    REQUIRE(plain.ok());
    REQUIRE(same.ok());
    REQUIRE(other.ok());
    const auto digest = [](const Loaded& file) { return record(*file.scenario, sim::Seed{1}).outcome.digest; };
    CHECK(digest(plain) == digest(same));
    CHECK(digest(plain) != digest(other));
    CHECK(wrong.diagnostics.size() == 1);
  }
}

}  // namespace squall::scenarios
