// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/progress.hpp"
#include "reports/cli/signals.hpp"
#include "reports/dispatch_report.hpp"
#include "reports/text.hpp"
#include "scenarios/judgement.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/runtimes/graph.hpp"

namespace squall::reports::cli {
namespace {

constexpr std::array<std::string_view, 6> policies{"fifo",          "priority",     "shortest",
                                                   "critical-path", "least-loaded", "heft"};

/// `a,b`, each one of `known`. Nothing, and a diagnostic, where one is not.
std::optional<std::vector<std::string>> list_of(const std::string& text, const char* what,
                                                std::span<const std::string_view> known) {
  std::vector<std::string> list;
  for (std::size_t from = 0; from <= text.size() && !text.empty();) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    std::string word = text.substr(from, to - from);
    if (std::ranges::find(known, word) == known.end()) {
      refuse(fmt::format("'{}' is no {}", printable(word), what), scenarios::instead_of(word, known));
      return std::nullopt;
    }
    list.push_back(std::move(word));
    from = to + 1;
  }
  return list;
}

struct Way {
  std::string name;
  std::vector<std::pair<std::string, std::string>> changes;
};

/// Plays all seeds in one way. False: interrupted.
bool play(const scenarios::Scenario& scenario, std::uint64_t first, std::uint64_t seeds, ProgressLine& progress,
          Dispatched& way) {
  scenarios::Runner runner{scenario};
  scenarios::WorkloadSink workload{scenario.model};
  runner.watch(&workload);
  for (std::uint64_t s = 0; s < seeds; ++s) {
    if (interrupted()) return false;
    const scenarios::Outcome& outcome = runner.run(sim::Seed{first + s});
    way.runs.push_back(workload.take());
    const bool violated = !outcome.violations.empty();
    way.violated += violated ? 1 : 0;
    way.undecided += !violated && scenarios::verdict_of(outcome) == scenarios::Verdict::unknown ? 1 : 0;
    progress.add({1, violated ? 1U : 0U, outcome.events, 0});
  }
  return true;
}

}  // namespace

int dispatch(const DispatchArguments& arguments) {
  const auto chosen = list_of(arguments.policy, "policy", policies);
  const std::vector<std::string_view> known = scenarios::presets();
  const auto presets = list_of(arguments.runs_as, "runtime", known);
  if (!chosen || !presets) return bad_input;
  std::uint64_t first = 1, seeds = 100;
  if (!arguments.first.empty()) {
    const auto number = number_of(arguments.first);
    if (!number) return refuse_seed(arguments.first);
    first = *number;
  }
  if (!arguments.seeds.empty()) {
    const auto number = number_of(arguments.seeds);
    if (!number || *number == 0 || *number > 10'000'000 || *number > std::numeric_limits<std::uint64_t>::max() - first)
      return refuse(fmt::format("'{}' is not a number of seeds", printable(arguments.seeds)),
                    "write a whole number from 1 to 10,000,000");
    seeds = *number;
  }
  std::uint32_t workers = 0;
  if (!arguments.workers.empty()) {
    const auto number = number_of(arguments.workers);
    if (!number || *number == 0 || *number > 1'000'000)
      return refuse(fmt::format("'{}' is not a number of workers", printable(arguments.workers)),
                    "write a whole number from 1 to 1,000,000");
    workers = static_cast<std::uint32_t>(*number);
  }
  const scenarios::Loaded plain = scenarios::load(arguments.file);
  if (!plain.ok()) {
    fmt::print(stderr, "{}", to_text(plain.diagnostics));
    return bad_input;
  }
  if (const auto refused = refuse_decisions(plain, "dispatch")) return *refused;
  const bool is_graph = plain.workers.has_value();
  if (!is_graph && (!chosen->empty() || !presets->empty() || workers != 0))
    return refuse(fmt::format("'{}' is no graph: nobody hands its work out", printable(arguments.file)),
                  "write it as a graph, or leave --policy, --runs-as and --workers out to see its load");
  if (workers == 0 && is_graph) workers = *plain.workers;
  if (is_graph && workers == 0 && chosen->size() > 1)
    return refuse("without a number of workers all that could run does: policies do not differ", "add --workers N");

  std::vector<Way> ways;
  for (const std::string& runtime : presets->empty() ? std::vector<std::string>{""} : *presets) {
    for (const std::string& policy : chosen->empty() ? std::vector<std::string>{""} : *chosen) {
      Way& way = ways.emplace_back();
      way.name = runtime + (runtime.empty() || policy.empty() ? "" : " ") + policy;
      if (way.name.empty()) way.name = "as written";
      if (!runtime.empty()) way.changes.emplace_back("graph.runs-as", runtime);
      if (!policy.empty()) way.changes.emplace_back("graph.dispatch", policy);
      if (!arguments.workers.empty()) way.changes.emplace_back("graph.workers", fmt::to_string(workers));
    }
  }
  note_interrupts();
  DispatchReport report{.workflow = plain.name, .first_seed = first, .workers = workers, .ways = {}, .again = {}};
  report.again = "squall dispatch " + path_word(arguments.file);
  if (!arguments.policy.empty()) report.again += " --policy " + shell_word(arguments.policy);
  if (!arguments.runs_as.empty()) report.again += " --runs-as " + shell_word(arguments.runs_as);
  if (!arguments.workers.empty()) report.again += fmt::format(" --workers {}", workers);
  report.again += fmt::format(" --seeds {}", seeds);
  if (first != 1) report.again += fmt::format(" --first {}", first);
  ProgressLine progress{seeds * ways.size(), std::nullopt};
  for (const Way& way : ways) {
    const scenarios::Loaded loaded = scenarios::load(arguments.file, {.root = {}, .plan = {}, .changes = way.changes});
    if (!loaded.ok()) {
      progress.done();
      fmt::print(stderr, "{}", to_text(loaded.diagnostics));
      return bad_input;
    }
    Dispatched& done = report.ways.emplace_back(Dispatched{.name = way.name});
    if (!play(*loaded.scenario, first, seeds, progress, done)) {
      report.ways.pop_back();  // cut short it would look like a whole one
      break;
    }
  }
  progress.done();
  return tell(arguments.json ? dispatch_json(report) : dispatch_text(report),
              interrupted() ? interrupted_exit : as_wanted);
}

}  // namespace squall::reports::cli
