// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "faults/signature.hpp"
#include "reports/campaign_finish.hpp"
#include "reports/case_output.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/strategy_options.hpp"
#include "reports/explanation.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"
#include "scenarios/cases/decisions.hpp"

namespace squall::reports::cli {
namespace {

std::optional<std::uint64_t> signature_of(const std::string& text) {
  return number_of(text.starts_with("0x") ? text : "0x" + text);
}
int refuse_signature(const std::string& text) {
  return refuse(fmt::format("'{}' is not a signature", printable(text)), "write it as reports do: 16 hex digits");
}
int refuse_runs(const std::string& text) {
  return refuse(fmt::format("'{}' is not a number of runs", printable(text)), "write a whole number from 1 on");
}

/// Shrinks what the arguments name and hands it to `then`, which returns the exit status.
template <class Then>
int shrunk(const ShrinkArguments& arguments, const char* command, const Then& then) {
  std::optional<std::uint64_t> seed, signature;
  if (!arguments.seed.empty() && !(seed = number_of(arguments.seed))) return refuse_seed(arguments.seed);
  if (!arguments.signature.empty() && !(signature = signature_of(arguments.signature)))
    return refuse_signature(arguments.signature);
  scenarios::ShrinkOptions options{.signature = signature, .runs_max = runs_for_shrinking, .times = arguments.times};
  if (!arguments.runs.empty()) {
    const auto runs = number_of(arguments.runs);
    if (!runs || *runs == 0) return refuse_runs(arguments.runs);
    options.runs_max = *runs;
  }
  const auto profile = arguments.profile.empty() ? FuzzProfile::written : profile_named(arguments.profile);
  if (!profile)
    return refuse(fmt::format("no profile is called '{}'", printable(arguments.profile)),
                  "use one of: written, swarm, standard, none");
  std::string trouble;
  auto workflow = playable(arguments.file, "", trouble);
  if (!workflow) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  if (const auto refused = refuse_decisions(*workflow, command)) return *refused;
  apply(*profile, *workflow);
  const std::uint64_t which = seed.value_or(workflow->seed.value_or(1));
  std::string again = fmt::format("squall {} {} --seed {}", command, path_word(arguments.file), which);
  if (arguments.times) again += " --times";
  if (*profile != FuzzProfile::written) again += fmt::format(" --profile {}", name_of(*profile));
  const auto found = scenarios::shrink(arguments.file, *workflow, which, options);
  if (!found) {
    fmt::print(stderr, "error: {} is violated with seed {}\n  fix: name a seed that 'squall fuzz' has found\n",
               signature ? "nothing with this signature" : "nothing", which);
    return no_verdict;
  }
  if (!arguments.out.empty()) {
    try {
      write_case(arguments.out, *workflow, to_text(found->file));
    } catch (const CampaignTrouble& wrong) {
      return refuse(wrong.what, wrong.fix);
    }
  }
  return then(*found, again);
}

std::string written_text(const ShrinkArguments& arguments) {
  return arguments.out.empty() ? std::string{}
                               : fmt::format("\nThe same run again: squall replay {}\n", path_word(arguments.out));
}

/// Of a file that holds decisions, or of a seed that an untimed strategy plays: it is told as it stands. Nothing for any
/// other.
std::optional<int> explain_decided(const ShrinkArguments& arguments) {
  const auto choice = strategy_of(arguments.strategy);
  if (!choice) return static_cast<int>(bad_input);
  std::string trouble;
  const auto file = playable(arguments.file, "", trouble);
  if (!file || (!file->pins.schedule && choice->timed())) return std::nullopt;
  if (file->pins.schedule && !choice->timed()) return refuse_decisions(*file, "--strategy");
  std::string again = "squall replay " + path_word(arguments.file);
  sim::Schedule schedule;
  if (file->pins.schedule) {
    schedule = *file->pins.schedule;
  } else {
    const auto seed = arguments.seed.empty() ? file->seed.value_or(1) : number_of(arguments.seed);
    if (!seed) return refuse_seed(arguments.seed);
    if (!choice->of(*seed)) return std::nullopt;
    schedule = schedule_of(*file->scenario, *choice, *seed);
    again += fmt::format(" --seed {}{}", *seed, strategy_text(*choice));
  }
  const scenarios::UntimedRun run = scenarios::play(*file->scenario, schedule);
  const UntimedTelling telling{*file->scenario, schedule, run, again};
  return tell(arguments.json ? untimed_json(telling) : untimed_explanation(telling), as_wanted);
}

/// A file that holds decisions: the fewest of them that lead to the same. Nothing for any other.
std::optional<int> shrink_decided(const ShrinkArguments& arguments) {
  std::string trouble;
  const auto file = playable(arguments.file, "", trouble);
  if (!file || !file->pins.schedule) return std::nullopt;
  std::uint64_t runs_max = scenarios::decision_runs_max;
  if (!arguments.runs.empty()) {
    const auto runs = number_of(arguments.runs);
    if (!runs || *runs == 0) return refuse_runs(arguments.runs);
    runs_max = *runs;
  }
  const scenarios::UntimedRun run = scenarios::play(*file->scenario, *file->pins.schedule);
  std::optional<std::uint64_t> meant;
  if (!arguments.signature.empty() && !(meant = signature_of(arguments.signature)))
    return refuse_signature(arguments.signature);
  if (!meant && run.outcome.violated()) meant = faults::signature(run.outcome.violations.front());
  const auto shows = [&](const sim::Violation& violation) { return faults::signature(violation) == meant; };
  if (std::ranges::none_of(run.outcome.violations, shows)) {
    fmt::print(stderr,
               "error: {} is violated by these decisions\n  fix: name a case that 'squall replay' shows to fail\n",
               arguments.signature.empty() ? "nothing" : "nothing with this signature");
    return no_verdict;
  }
  const scenarios::ShrunkDecisions shrunk =
      scenarios::shrink_decisions(*file->scenario, *file->pins.schedule, *meant, runs_max);
  // What the file extends, with these decisions: the file itself would extend a case.
  const scenarios::DecidedCase decided = scenarios::decided_case(arguments.file, *file, shrunk.schedule, *meant);
  if (!arguments.out.empty()) {
    try {
      write_case(arguments.out, *file, to_text(decided.file));
    } catch (const CampaignTrouble& wrong) {
      return refuse(wrong.what, wrong.fix);
    }
  }
  const std::string again = "squall shrink " + path_word(arguments.file);
  if (arguments.json)
    return tell(untimed_json({*decided.loaded.scenario, *decided.loaded.pins.schedule, decided.run, again}), as_wanted);
  std::string text =
      fmt::format("{}: {} of {} decisions lead to it{}, {} runs\n", decided.invariant, shrunk.schedule.decisions.size(),
                  shrunk.before, shrunk.minimal ? "; without any one of them it is gone" : "", grouped(shrunk.runs));
  text += arguments.out.empty() ? "\nThe case, to be kept next to the workflow:\n\n" + to_text(decided.file)
                                : written_text(arguments);
  return tell(text, as_wanted);
}

}  // namespace

int shrink(const ShrinkArguments& arguments) {
  if (const auto status = shrink_decided(arguments)) return *status;
  return shrunk(arguments, "shrink", [&](const scenarios::ShrunkCase& found, const std::string& again) {
    if (arguments.json) return tell(explanation_json(found, arguments.file, again), as_wanted);
    std::string text = shrink_text(found);
    text += arguments.out.empty() ? "\nThe case, to be kept next to the workflow:\n\n" + to_text(found.file)
                                  : written_text(arguments);
    return tell(text, as_wanted);
  });
}

int explain(const ShrinkArguments& arguments) {
  if (const auto status = explain_decided(arguments)) return *status;
  return shrunk(arguments, "explain", [&](const scenarios::ShrunkCase& found, const std::string& again) {
    return tell(arguments.json ? explanation_json(found, arguments.file, again)
                               : explanation(found, again) + written_text(arguments),
                as_wanted);
  });
}

}  // namespace squall::reports::cli
