// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/json.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/views/chronicle.hpp"
#include "scenarios/judgement.hpp"

namespace squall::reports::cli {
namespace {

int status_of(const scenarios::Outcome& outcome) {
  switch (scenarios::verdict_of(outcome)) {
    case scenarios::Verdict::holds: return as_wanted;
    case scenarios::Verdict::violated: return violation;
    case scenarios::Verdict::unknown: break;
  }
  return no_verdict;
}

/// Hands the run to `then`, which returns the exit status.
template <class Then>
int play(const RunArguments& arguments, const char* command, const Then& then) {
  const auto asked = arguments.seed.empty() ? std::optional<std::uint64_t>{} : number_of(arguments.seed);
  if (!arguments.seed.empty() && !asked) return refuse_seed(arguments.seed);
  std::string trouble;
  const auto file = playable(arguments.file, arguments.plan, trouble);
  if (!file) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  const std::uint64_t seed = asked.value_or(file->seed.value_or(1));
  std::string again = fmt::format("squall {} {} --seed {}", command, path_word(arguments.file), seed);
  if (!arguments.plan.empty()) again += " --plan " + path_word(arguments.plan);
  const scenarios::Recording recording = scenarios::record(*file->scenario, sim::Seed{seed});
  if (!write_outputs(arguments.outputs, *file, recording, sim::Seed{seed}, again)) return our_fault;
  return then(*file, seed, recording, again);
}

/// Everything as it stands after observation number `until` of the run.
int show_until(const RunArguments& arguments, const scenarios::Scenario& scenario,
               const scenarios::Recording& recording, std::uint64_t seed) {
  const auto until = number_of(arguments.until);
  const std::size_t all = recording.trace.lines().size();
  if (!until || *until == 0 || *until > all)
    return refuse(fmt::format("'{}' is no number of an observation: this run has {}", printable(arguments.until), all),
                  "take one of those that a report shows, or that --trace writes");
  const sim::TraceLine& line = recording.trace.lines()[*until - 1];
  const std::string said = sentence(scenario.model, recording.world, line);
  const Snapshot state = snapshot_at(scenario, sim::Seed{seed}, *until);
  if (arguments.json) return tell(snapshot_json(state, *until, line.at, said), as_wanted);
  return tell(fmt::format("{}. {}: {}\n{}", *until, duration_text(line.at.time_since_epoch()),
                          said.empty() ? "(nothing that a story tells)" : said, to_text(state)),
              as_wanted);
}

std::string result(const RunArguments& arguments, const scenarios::Scenario& scenario,
                   const scenarios::Recording& recording, std::uint64_t seed, const std::string& again) {
  return arguments.json ? run_json(scenario, recording, sim::Seed{seed}, again)
                        : story(scenario, recording, sim::Seed{seed}, again);
}

}  // namespace

int run(const RunArguments& arguments) {
  return play(arguments, "run",
              [&](const scenarios::Loaded& file, std::uint64_t seed, const scenarios::Recording& recording,
                  const std::string& again) {
                return tell(result(arguments, *file.scenario, recording, seed, again), status_of(recording.outcome));
              });
}

int replay(const RunArguments& arguments) {
  return play(
      arguments, "replay",
      [&](const scenarios::Loaded& file, std::uint64_t seed, const scenarios::Recording& recording,
          const std::string& again) {
        if (!arguments.until.empty()) return show_until(arguments, *file.scenario, recording, seed);
        std::string text = result(arguments, *file.scenario, recording, seed, again);
        const std::uint64_t digest = recording.outcome.digest;
        // The file's digest is that of its own seed and plan.
        const bool case_run = file.digest && seed == file.seed.value_or(1) && arguments.plan.empty();
        if (case_run && digest != *file.digest) {
          if (!told(text)) return static_cast<int>(our_fault);
          fmt::print(stderr,
                     "error: the run has the digest 0x{}, the file says 0x{}\n"
                     "  fix: replay it with the version of squall that wrote it, or look at what changed in the file\n",
                     digest_text(digest), digest_text(*file.digest));
          return static_cast<int>(our_fault);
        }
        const std::uint64_t second =
            scenarios::replay(*file.scenario, sim::Seed{seed}, recording.injected).outcome.digest;
        if (second != digest) {
          if (!told(text)) return static_cast<int>(our_fault);
          fmt::print(stderr,
                     "error: played again from the plan of what struck, the run has the digest 0x{} instead of 0x{}\n"
                     "  fix: this is a fault of squall: please report it with the file and the seed\n",
                     digest_text(second), digest_text(digest));
          return static_cast<int>(our_fault);
        }
        if (!arguments.json) {
          text += fmt::format("Played again from the plan of what struck: the same digest, 0x{}{}.\n",
                              digest_text(digest), case_run ? ", which is that of the file" : "");
        }
        return tell(text, status_of(recording.outcome));
      });
}

}  // namespace squall::reports::cli
