// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "reports/campaign_finish.hpp"
#include "reports/case_output.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/strategy_options.hpp"
#include "reports/explanation.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"

namespace squall::reports::cli {
namespace {

/// Shrinks what the arguments name and hands it to `then`, which returns the exit status.
template <class Then>
int shrunk(const ShrinkArguments& arguments, const char* command, const Then& then) {
  std::optional<std::uint64_t> seed, signature;
  if (!arguments.seed.empty() && !(seed = number_of(arguments.seed))) return refuse_seed(arguments.seed);
  if (!arguments.signature.empty()) {
    const bool hex = arguments.signature.starts_with("0x");
    signature = number_of(hex ? arguments.signature : "0x" + arguments.signature);
    if (!signature)
      return refuse(fmt::format("'{}' is not a signature", printable(arguments.signature)),
                    "write it as reports do: 16 hex digits");
  }
  scenarios::ShrinkOptions options{.signature = signature, .runs_max = runs_for_shrinking};
  if (!arguments.runs.empty()) {
    const auto runs = number_of(arguments.runs);
    if (!runs || *runs == 0)
      return refuse(fmt::format("'{}' is not a number of runs", printable(arguments.runs)),
                    "write a whole number from 1 on");
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

}  // namespace

int shrink(const ShrinkArguments& arguments) {
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
