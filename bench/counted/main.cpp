// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "bench/counted/allocations.hpp"
#include "bench/graphs.hpp"
#include "bench/judged_w6.hpp"
#include "bench/phold.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "scenarios/workflow.hpp"
#include "sim/explore/search.hpp"

// What benchmarks time, a stated number of times, for tools that count: `squall_counted w6 1000` plays a thousand seeds. What one
// costs is the difference between two calls, divided by what is printed first; `.ci/instructions` does that. Memory it counts
// by itself: `squall_counted memory` prints a name and a number to a line. `squall_counted judges` lists who may judge W6.
namespace {

using namespace squall;
using namespace std::chrono_literals;

/// How much was done, in the units that a pin is about, and something that depends on all of it.
struct Done {
  std::uint64_t units = 0;
  std::uint64_t sum = 0;
};

Done runs_of(const scenarios::Scenario& scenario, std::uint64_t runs) {
  scenarios::Runner runner{scenario};
  Done done{.units = runs};
  for (std::uint64_t seed = 1; seed <= runs; ++seed) done.sum += runner.run(sim::Seed{seed}).digest;
  return done;
}

Done events_of_phold(std::uint64_t events) {
  bench::Phold phold{1'000};
  for (std::uint64_t event = 0; event < events; ++event) phold.step();
  return {.units = events, .sum = phold.digest()};
}

/// Seeds of `w6/JUDGES` or, without its faults, of `quiet-w6/JUDGES`; nothing where it is neither.
Done runs_judged_by(std::string_view what, std::uint64_t runs) {
  const std::size_t slash = what.find('/');
  if (slash == std::string_view::npos) return {};
  const bool faults = what.substr(0, slash) == "w6";
  if (!faults && what.substr(0, slash) != "quiet-w6") return {};
  for (const bench::Judges& judges : bench::judges_of_w6()) {
    if (judges.name == what.substr(slash + 1)) return runs_of(bench::w6_with(judges.checks, faults), runs);
  }
  return {};
}

/// Two hundred tasks in layers of twenty, each of which joins and forks.
scenarios::Scenario graph() {
  scenarios::Workflow workflow{"graph"};
  workflow.graph(bench::layered(200, 20)).check_defaults();
  return scenarios::scenario(std::move(workflow));
}

/// An agent that reads and writes one key, a thousand times each.
scenarios::Scenario context() {
  scenarios::Workflow workflow{"context"};
  workflow.key("note", {.initial = scenarios::Expression{0}});
  workflow.agent("writer",
                 scenarios::program().repeat(
                     scenarios::program().read("note", {.as = "old"}).write("note", scenarios::var("old.value") + 1),
                     {.times = 1'000}));
  return scenarios::scenario(std::move(workflow));
}

Done states(std::uint64_t times) {
  const sim::Model model = scenarios::two_phase_commit::model(5);
  Done done;
  for (std::uint64_t search = 0; search < times; ++search) {
    const sim::SearchResult result = sim::Search{model, {}}.run();
    done.units += result.distinct;
    done.sum += result.generated;
  }
  return done;
}

/// Of a thousand runs, once two hundred have shown how much memory they need.
std::uint64_t allocations_of(const scenarios::Scenario& scenario) {
  scenarios::Runner runner{scenario};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) runner.run(sim::Seed{seed});
  const std::uint64_t before = bench::allocations();
  for (std::uint64_t seed = 201; seed <= 1'200; ++seed) runner.run(sim::Seed{seed});
  return bench::allocations() - before;
}

std::uint64_t allocations_of_phold() {
  bench::Phold phold{1'000};
  for (int event = 0; event < 200'000; ++event) phold.step();
  const std::uint64_t before = bench::allocations();
  for (int event = 0; event < 200'000; ++event) phold.step();
  return bench::allocations() - before;
}

std::uint64_t bytes_of_struct_agents(std::uint32_t agents) {
  bench::Phold phold{agents};
  for (std::uint32_t event = 0; event < 2 * agents; ++event) phold.step();
  return phold.world().bytes_allocated() / agents;
}

/// Programs that work, all at once, and report.
std::uint64_t bytes_of_program_agents(std::uint32_t agents) {
  scenarios::Workflow workflow{"crowd"};
  scenarios::AgentSpec worker;
  worker.program = scenarios::program().work(scenarios::exponential(1s)).send("collector", "report");
  worker.replicas = agents;
  workflow.agent("worker", std::move(worker));
  workflow.agent("collector", scenarios::program().repeat(scenarios::program().receive("report"),
                                                          {.times = static_cast<std::int64_t>(agents)}));
  const scenarios::Scenario scenario = scenarios::scenario(std::move(workflow));
  scenarios::Runner runner{scenario};
  runner.run(sim::Seed{1});
  return runner.world().bytes_allocated() / agents;
}

std::uint64_t bytes_of_state() {
  const sim::SearchResult result = sim::Search{scenarios::two_phase_commit::model(6), {}}.run();
  return result.bytes / result.distinct;
}

void tell_memory() {
  const auto tell = [](const char* what, std::uint64_t number) { std::printf("%s %" PRIu64 "\n", what, number); };
  tell("allocations-feature-team-fixed", allocations_of(*scenarios::builtin("feature-team-fixed")));
  tell("allocations-graph", allocations_of(graph()));
  tell("allocations-context", allocations_of(context()));
  tell("allocations-phold", allocations_of_phold());
  tell("bytes-struct-agent", bytes_of_struct_agents(100'000));
  tell("bytes-program-agent", bytes_of_program_agents(100'000));
  tell("bytes-state", bytes_of_state());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view{argv[1]} == "memory") {
    tell_memory();
    return 0;
  }
  if (argc == 2 && std::string_view{argv[1]} == "judges") {
    for (const bench::Judges& judges : bench::judges_of_w6()) std::printf("%s\n", judges.name.c_str());
    return 0;
  }
  std::uint64_t times = 0;
  const bool counted = argc == 3 && std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), times).ec == std::errc{};
  const std::string_view what = counted ? argv[1] : "";
  Done done;
  if (what == "w6" || what == "feature-team-fixed") {
    done = runs_of(*scenarios::builtin(what), times);
  } else if (what == "graph") {
    done = runs_of(graph(), times);
  } else if (what == "context") {
    done = runs_of(context(), times);
    done.units *= 2'000;
  } else if (what == "phold") {
    done = events_of_phold(times);
  } else if (what == "state") {
    done = states(times);
  } else {
    done = runs_judged_by(what, times);
  }
  if (done.units == 0) {
    std::fputs(
        "usage: squall_counted w6|feature-team-fixed|graph|context|phold|state|w6/JUDGES|quiet-w6/JUDGES TIMES,\n"
        "       or memory, or judges\n",
        stderr);
    return 2;
  }
  std::printf("%" PRIu64 " %016" PRIx64 "\n", done.units, done.sum);
  return 0;
}
