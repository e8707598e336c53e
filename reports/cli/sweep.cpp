// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/signals.hpp"
#include "reports/sweep_report.hpp"
#include "reports/text.hpp"
#include "scenarios/sweep.hpp"

namespace squall::reports::cli {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    words.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

std::optional<int> understand(const SweepArguments& arguments, scenarios::SweepOptions& options) {
  options.pairs = arguments.pairs;
  options.stop = interrupted;
  const auto jobs = jobs_of(arguments.jobs);
  if (!jobs) return bad_input;
  options.jobs = *jobs;
  if (!arguments.runs.empty()) {
    const auto runs = number_of(arguments.runs);
    if (!runs || *runs == 0 || *runs > 100'000'000)
      return refuse(fmt::format("'{}' is not a number of runs", printable(arguments.runs)),
                    "write a whole number from 1 to 100000000");
    options.runs_max = *runs;
  }
  return std::nullopt;
}

std::string again_text(const SweepArguments& arguments, std::uint64_t seed) {
  std::string text = fmt::format("squall sweep {} --seed {}", path_word(arguments.file), seed);
  if (!arguments.kinds.empty()) text += " --kinds " + shell_word(arguments.kinds);
  if (arguments.pairs) text += " --pairs";
  if (!arguments.runs.empty()) text += " --runs " + arguments.runs;
  return text;
}

int status_of(scenarios::Verdict verdict) {
  switch (verdict) {
    case scenarios::Verdict::holds: return as_wanted;
    case scenarios::Verdict::violated: return violation;
    case scenarios::Verdict::unknown: break;
  }
  return no_verdict;
}

}  // namespace

int sweep(const SweepArguments& arguments) {
  scenarios::SweepOptions options;
  if (const auto wrong = understand(arguments, options)) return *wrong;
  std::optional<std::uint64_t> seed;
  if (!arguments.seed.empty() && !(seed = number_of(arguments.seed))) return refuse_seed(arguments.seed);
  std::string trouble, fix;
  const auto file = playable(arguments.file, "", trouble);
  if (!file) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  if (const auto refused = refuse_decisions(*file, "sweep")) return *refused;
  const scenarios::Scenario& scenario = *file->scenario;
  const auto wanted = arguments.kinds.empty() ? std::vector<std::string>{} : words_of(arguments.kinds);
  auto kinds = scenarios::sweep_kinds(scenario, wanted, trouble, fix);
  if (!kinds) return refuse(printable(trouble), fix);
  const std::uint64_t which = seed.value_or(file->seed.value_or(1));
  options.seed = sim::Seed{which};
  note_interrupts();
  const scenarios::Sweep found = scenarios::sweep(scenario, std::move(*kinds), options);
  const SweepReport report{.scenario = scenario,
                           .sweep = found,
                           .seed = which,
                           .replay = fmt::format("squall run {} --seed {}", path_word(arguments.file), which),
                           .again = again_text(arguments, which)};
  return tell(arguments.json ? sweep_json(report) : sweep_text(report), status_of(found.verdict()));
}

}  // namespace squall::reports::cli
