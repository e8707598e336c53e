// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/released.hpp"
#include "reports/statistics.hpp"
#include "reports/version.hpp"
#include "scenarios/builtin/builtin.hpp"
#include "scenarios/models/phold.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/search.hpp"
#include "sim/timed.hpp"

// The short form of `bench/`, for the machine of whoever asks. Floors and peers are there, not here.
namespace squall::reports::cli {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto one_repeat = 300ms;
constexpr std::size_t repeats = 5;

/// So many of its units in so long.
struct Amount {
  double count = 0;
  double seconds = 0;
};

struct Workload {
  const char* name;
  const char* unit;
  const char* about;
  std::function<Amount()> play;  ///< once, for about `one_repeat`
};

/// Does `once`, which says how many units that were, until the time is over.
template <class Once>
Amount for_a_while(const Once& once) {
  const Clock::time_point begin = Clock::now();
  Amount amount;
  while (Clock::now() - begin < one_repeat) amount.count += once();
  amount.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return amount;
}

Amount seeds_of(const char* name) {
  const scenarios::Scenario scenario = *scenarios::builtin(name);
  scenarios::Runner runner{scenario};
  std::uint64_t seed = 0;
  return for_a_while([&] {
    for (int i = 0; i < 100; ++i) runner.run(sim::Seed{++seed});
    return 100.0;
  });
}

Amount phold(std::uint32_t agents) {
  const sim::Model model = scenarios::phold(agents);
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{7}};
  sim::Run run{.model = model, .decide = named, .key = named.run()};
  sim::begin(world, run);
  for (std::uint32_t i = 0; i < 2 * agents; ++i) sim::step(world, run);
  return for_a_while([&] {
    for (int i = 0; i < 10'000; ++i) sim::step(world, run);
    return 10'000.0;
  });
}

Amount explored() {
  const sim::Model model = scenarios::two_phase_commit::model(6);
  return for_a_while([&] { return static_cast<double>(sim::Search{model, {}}.run().distinct); });
}

std::vector<Workload> workloads() {
  return {{"feature-team", "runs/s", "the four agents without their deadlock, default checks",
           [] { return seeds_of("feature-team-fixed"); }},
          {"w6", "runs/s", "six agents, six tasks, faults drawn, default checks", [] { return seeds_of("w6"); }},
          {"phold-16", "events/s", "16 agents in C++, a message in flight each", [] { return phold(16); }},
          {"phold-1000", "events/s", "the same with 1,000", [] { return phold(1'000); }},
          {"phold-100000", "events/s", "the same with 100,000", [] { return phold(100'000); }},
          {"2pc-6", "states/s", "two-phase commit with six participants, every state", [] { return explored(); }}};
}

}  // namespace

int bench(bool json) {
  nlohmann::ordered_json out = {{"version", version()},
                                {"released", {{"version", released::version}, {"machine", released::machine}}},
                                {"workloads", nlohmann::ordered_json::array()}};
  std::string text = fmt::format(
      "squall {}, one thread, the median of {} repeats, the figure of {} and how many times that it is, the least and "
      "the most:\n",
      version(), repeats, released::version);
  for (const Workload& workload : workloads()) {
    workload.play();  // warm
    std::vector<double> rates;
    for (std::size_t r = 0; r < repeats; ++r) {
      const Amount amount = workload.play();
      rates.push_back(amount.count / amount.seconds);
    }
    std::ranges::sort(rates);
    const double median = rates[repeats / 2];
    const auto whole = [](double rate) { return grouped(static_cast<std::uint64_t>(rate)); };
    const std::optional<double> before = released::rate_of(workload.name);
    const std::string released = before ? fmt::format("{:>12} {:>6.2f}", whole(*before), median / *before)
                                        : fmt::format("{:>12} {:>6}", "-", "-");
    text += fmt::format("  {:<13} {:>12} {:<9} {}  ({} to {})  {}\n", workload.name, whole(median), workload.unit,
                        released, whole(rates.front()), whole(rates.back()), workload.about);
    out["workloads"].push_back({{"name", workload.name},
                                {"unit", workload.unit},
                                {"median", median},
                                {"least", rates.front()},
                                {"most", rates.back()},
                                {"about", workload.about}});
    if (before) out["workloads"].back()["released"] = *before;
  }
  text += fmt::format("The figures of {} are those of {}.\n", released::version, released::machine);
  text += "Ratios to floors and to other simulators: bench/README.md.\n";
  return tell(json ? out.dump(-1, ' ', true) + "\n" : text, as_wanted);
}

}  // namespace squall::reports::cli
