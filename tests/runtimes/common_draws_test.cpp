// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>

#include "scenarios/run.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// What a node draws is its own: it does not depend on what else its runtime has to do, so designs are compared on the same draws.
namespace squall::scenarios {
namespace {

std::string three(const std::string& rules, const std::string& more = "", const std::string& start = "[a, b, c]") {
  return fmt::format(R"(workflow: three
graph:
  runs-as: {{{}}}
  start: {}
{}  nodes:
    a: {{do: [{{work: {{p50: 10s, p99: 60s}}}}], priority: 1}}
    b: {{do: [{{work: {{p50: 10s, p99: 60s}}}}], priority: 2}}
    c: {{do: [{{work: {{p50: 10s, p99: 60s}}}}], priority: 3}}
    d: {{do: [{{work: {{p50: 10s, p99: 60s}}}}]}}
)",
                     rules, start, more);
}

/// For how long each node works, by its name.
std::map<std::string, sim::Duration> times(const std::string& text, sim::Seed seed) {
  const Loaded loaded = loaded_text(text);
  const Recording run = record(*loaded.scenario, seed);
  std::map<std::string, sim::Duration> begun, took;
  for (const sim::TraceLine& line : run.trace.lines()) {
    if (line.seen.agent == sim::nobody) continue;
    const std::string name = agent_name(loaded.scenario->model, run.world, line.seen.agent);
    const sim::Duration at = line.at - sim::start_of_time;
    if (line.seen.kind == sim::Seen::consumed) begun.try_emplace(name, at);
    if (line.seen.kind == sim::Seen::finished && begun.contains(name)) took[name] = at - begun[name];
  }
  return took;
}

constexpr const char* in_process = "preset: dataflow, guarantee: in-process, checkpoint: none";

}  // namespace

TEST_SUITE("runtimes: common draws") {
  TEST_CASE("one worker takes as long under every policy") {
    for (const std::uint64_t seed : {1, 2, 3}) {
      sim::Duration first{};
      for (const char* policy : {"fifo", "priority", "shortest", "critical-path"}) {
        const std::string text = three(in_process, fmt::format("  workers: 1\n  dispatch: {}\n", policy));
        const Loaded loaded = loaded_text(text);
        Runner runner{*loaded.scenario};
        WorkloadSink sink{loaded.scenario->model};
        runner.watch(&sink);
        runner.run(sim::Seed{seed});
        const sim::Duration makespan = sink.take().makespan;
        if (first == sim::Duration{}) first = makespan;
        CHECK_MESSAGE(makespan == first, policy);
      }
    }
  }
  TEST_CASE("a node works as long whether the runtime saves or not, and beside whichever other nodes") {
    for (const std::uint64_t seed : {1, 2, 3}) {
      const auto plain = times(three(in_process), sim::Seed{seed});
      REQUIRE(plain.contains("c"));
      const auto saved = times(three("preset: dataflow, guarantee: in-process, checkpoint: node"), sim::Seed{seed});
      const auto more = times(three(in_process, "", "[a, d, b, c]"), sim::Seed{seed});
      for (const char* node : {"a", "b", "c"}) {
        CHECK(saved.at(node) == plain.at(node));
        CHECK(more.at(node) == plain.at(node));
      }
    }
  }
}

}  // namespace squall::scenarios
