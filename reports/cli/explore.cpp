// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <limits>
#include <string_view>
#include <utility>

#include "faults/signature.hpp"
#include "reports/case_output.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/signals.hpp"
#include "reports/exploration.hpp"
#include "reports/html.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "scenarios/cases/decisions.hpp"
#include "sim/explore/parallel_search.hpp"
#include "sim/invariants/no_dead_step.hpp"

namespace squall::reports::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// What is to be searched, understood.
struct ExploreOrder {
  sim::SearchOptions options{.states_max = 10'000'000};
  sim::AssumedFairness fairness = sim::AssumedFairness::weak;
  unsigned jobs = 1;
  std::optional<Clock::time_point> end;
};

std::optional<int> bounded(const std::string& text, const char* option, std::uint64_t least, std::uint64_t most,
                           std::uint64_t& into) {
  if (text.empty()) return std::nullopt;
  const auto value = number_of(text);
  if (!value || *value < least || *value > most)
    return refuse(fmt::format("{} takes a whole number, not '{}'", option, printable(text)),
                  fmt::format("write one from {} to {}", least, most));
  into = *value;
  return std::nullopt;
}

std::optional<int> understand(const ExploreArguments& arguments, ExploreOrder& order) {
  std::uint64_t faults = 0;
  std::uint64_t depth = std::numeric_limits<std::uint32_t>::max();
  if (const auto wrong = bounded(arguments.faults, "--faults", 0, 1'000, faults)) return wrong;
  if (const auto wrong = bounded(arguments.depth, "--depth", 1, depth, depth)) return wrong;
  if (const auto wrong = bounded(arguments.states, "--states", 1, 1'000'000'000, order.options.states_max))
    return wrong;
  if (!arguments.time.empty()) {
    const auto time = time_of(arguments.time, "search");
    if (!time) return bad_input;
    order.end = Clock::now() + *time;
  }
  order.options.fault_budget = static_cast<std::uint32_t>(faults);
  order.options.depth_max = static_cast<std::uint32_t>(depth);
  if (!arguments.timers.empty() && arguments.timers != "any" && arguments.timers != "last")
    return refuse(fmt::format("'{}' does not say when timeouts strike", printable(arguments.timers)),
                  "write any (whenever they are armed) or last (when nothing else can happen)");
  if (!arguments.fairness.empty() && arguments.fairness != "none" && arguments.fairness != "weak")
    return refuse(fmt::format("'{}' does not say which endless runs count", printable(arguments.fairness)),
                  "write weak (whoever can act all the time acts some time) or none (all)");
  if (arguments.fairness == "none") order.fairness = sim::AssumedFairness::none;
  if (arguments.timers == "last") order.options.timers = sim::Timers::last;
  if (!arguments.order.empty() && arguments.order != "bfs" && arguments.order != "dfs")
    return refuse(fmt::format("'{}' is no order of a search", printable(arguments.order)),
                  "write bfs (the state found first, the default) or dfs (the one found last)");
  if (arguments.order == "dfs") order.options.order = sim::Order::depth_first;
  if (!arguments.jobs.empty()) {
    const auto jobs = jobs_of(arguments.jobs);
    if (!jobs) return bad_input;
    order.jobs = *jobs;
  }
  if (arguments.order == "dfs" && (!arguments.depth.empty() || order.jobs > 1))
    return refuse("a depth-first search has no levels: it can be neither cut at a depth nor shared among threads",
                  "leave out --depth and --jobs, or --order dfs");
  if (arguments.exact && order.jobs > 1)
    return refuse("states are compared by one thread", "leave out --jobs, or --exact");
  if (!arguments.reduce.empty() && arguments.reduce != "por")
    return refuse(fmt::format("'{}' is no way to leave orders out", printable(arguments.reduce)),
                  "write por (partial-order reduction)");
  if (!arguments.reduce.empty() && order.jobs > 1)
    return refuse("what is left out is chosen by one thread", "leave out --jobs, or --reduce");
  if (!arguments.reduce.empty() && !arguments.depth.empty())
    return refuse("where orders are left out, a state may lie deeper than it would", "leave out --depth, or --reduce");
  order.options.reduce = !arguments.reduce.empty();
  order.options.exact = arguments.exact;
  order.options.first_only = arguments.first;
  return std::nullopt;
}

std::string again_text(const ExploreArguments& arguments) {
  std::string text = "squall explore " + path_word(arguments.file);
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {} {}", option, value);
  };
  add("--faults", arguments.faults);
  add("--depth", arguments.depth);
  add("--states", arguments.states);
  add("--timers", arguments.timers);
  add("--fairness", arguments.fairness);
  add("--order", arguments.order);
  if (arguments.exact) text += " --exact";
  if (arguments.first) text += " --first";
  if (arguments.symmetry) text += " --symmetry";
  add("--reduce", arguments.reduce);
  add("--out", arguments.out.empty() ? std::string{} : path_word(arguments.out));
  return text;
}

/// Claims about endless runs, on the graph of all states.
void decide_endless(ExplorationReport& report, const ExploreOrder& order) {
  sim::LivenessResult endless = sim::check_liveness(
      report.exploration, order.fairness, {.states_max = order.options.states_max, .stop = order.options.stop});
  report.endless = endless.complete;
  if (!endless.complete) {
    report.result.complete = false;
    report.result.bound = sim::Bound::stopped;
  }
  for (sim::Finding& finding : endless.findings) report.result.findings.push_back(std::move(finding));
}

/// Each finding as a case, in a folder of its own with the files that it extends. Returns their paths.
std::vector<std::string> write_cases(const ExploreArguments& arguments, const scenarios::Loaded& file,
                                     const ExplorationReport& report) {
  std::vector<std::string> paths;
  for (const sim::Finding& finding : report.result.findings) {
    sim::Schedule schedule = schedule_of(report.exploration, finding.begin, finding.path, finding.loop);
    const std::uint64_t signature = faults::signature(finding.violation);
    // The shortest way needs all of its steps.
    const bool shortest = report.order == sim::Order::breadth_first && !report.no_reduction && !finding.loop;
    if (!shortest) schedule = scenarios::shrink_decisions(*file.scenario, std::move(schedule), signature).schedule;
    const scenarios::DecidedCase decided =
        scenarios::decided_case(arguments.file, file, std::move(schedule), signature);
    paths.push_back(write_decided(arguments.out, file, decided));
  }
  return paths;
}

int status_of(Explored verdict) {
  switch (verdict) {
    case Explored::holds: return as_wanted;
    case Explored::violated: return violation;
    case Explored::unknown: break;
  }
  return no_verdict;
}

}  // namespace

int explore(const ExploreArguments& arguments) {
  ExploreOrder order;
  if (const auto wrong = understand(arguments, order)) return *wrong;
  std::string trouble;
  const auto file = playable(arguments.file, "", trouble);
  if (!file) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  if (const auto refused = refuse_decisions(*file, "explore")) return *refused;
  const scenarios::Scenario& scenario = *file->scenario;
  const faults::Armed armed{scenario.model, scenario.plan, scenario.faults};
  order.options.faults = &armed;
  order.options.stop = [&] { return interrupted() || (order.end && Clock::now() >= *order.end); };
  std::optional<scenarios::Interchangeable> symmetry;
  if (arguments.symmetry) symmetry = scenarios::interchangeable(*file->workflow, scenario);
  std::optional<sim::Interchange> interchange;
  if (symmetry && symmetry->any()) {
    interchange.emplace(scenario.model, symmetry->equals());
    order.options.symmetry = &*interchange;
  }
  note_interrupts();
  const Clock::time_point start = Clock::now();
  sim::SearchResult result = order.jobs > 1 ? sim::search_in_parallel(scenario.model, order.options, order.jobs)
                                            : sim::Search{scenario.model, order.options}.run();
  for (const sim::PlacedMonitor& placed : scenario.model.monitors) {
    if (std::string_view{placed.monitor.name} == sim::NoDeadStep::name)
      result.undecided.push_back({sim::NoDeadStep::name, "steps are counted over many runs, by squall test"});
  }
  ExplorationReport report{
      .scenario = scenario,
      .exploration = exploration_of(scenario, armed, order.options.timers, order.options.fault_budget),
      .result = std::move(result),
      .faults = order.options.fault_budget,
      .fairness = order.fairness,
      .order = order.options.order,
      .symmetry = std::move(symmetry),
      .no_reduction = order.options.reduce ? std::optional{sim::Ample::refusal(scenario.model)} : std::nullopt,
      .seconds = 0,
      .cases = {},
      .replay = again_text(arguments)};
  if (report.result.complete && sim::promises_anything(scenario.model)) decide_endless(report, order);
  report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!arguments.out.empty()) {
    try {
      report.cases = write_cases(arguments, *file, report);
    } catch (const CampaignTrouble& wrong) {
      return refuse(wrong.what, wrong.fix);
    }
  }
  const int status = interrupted() ? static_cast<int>(interrupted_exit) : status_of(verdict_of(report));
  if (!arguments.report.empty() && !write_output(arguments.report, exploration_html(report))) return our_fault;
  // Not in what is told: that is the same on every machine.
  if (!arguments.json && report.seconds > 0)
    fmt::print(stderr, "{} states a second\n",
               grouped(static_cast<std::uint64_t>(static_cast<double>(report.result.distinct) / report.seconds)));
  return tell(arguments.json ? exploration_json(report) : exploration_text(report), status);
}

}  // namespace squall::reports::cli
