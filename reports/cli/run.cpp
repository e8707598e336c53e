// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/strategy_options.hpp"
#include "reports/cli/terminal.hpp"
#include "reports/json.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"
#include "reports/views/chronicle.hpp"
#include "reports/views/travel.hpp"
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

/// Everything as it stands after event number `until` of an untimed run.
int show_until(const RunArguments& arguments, const UntimedTelling& telling) {
  const auto until = number_of(arguments.until);
  const std::size_t all = telling.run.followed.events.size();
  if (!until || *until > all)
    return refuse(fmt::format("'{}' is no number of an event: this run has {}", printable(arguments.until), all),
                  "take one of those that the story shows; 0 is the beginning");
  const Snapshot state = snapshot_at(telling.scenario, telling.schedule, telling.seed, *until);
  const Chronicle run = chronicle(telling.scenario, telling.run, whole_run);
  const std::string said = stops_of(run)[*until].said;
  if (arguments.json) return tell(snapshot_json(state, *until, sim::start_of_time, said), as_wanted);
  return tell(fmt::format("{}. {}\n{}", *until, printable(said), to_text(state)), as_wanted);
}

/// The run as lanes, as much as a story tells; empty where they are not asked for.
std::string lanes_of(const RunArguments& arguments, const UntimedTelling& telling) {
  if (!arguments.timeline) return {};
  const Chronicle near = chronicle(telling.scenario, telling.run, {.before = 60, .after = 30});
  return timeline(near, telling.run.outcome.violations, terminal_style());
}

/// An untimed run along decisions: those of the file, or those that a strategy makes. `check_again`: plays it twice.
int play_decided(const RunArguments& arguments, const scenarios::Loaded& file, const sim::Schedule& schedule,
                 std::uint64_t seed, const std::string& again, bool check_again) {
  if (!arguments.plan.empty())
    return refuse("an untimed run has no plan: what strikes is decided on",
                  "leave out --plan; --faults says how many faults a strategy may choose");
  const scenarios::UntimedRun run = scenarios::play(*file.scenario, schedule, sim::Seed{seed});
  const UntimedTelling telling{*file.scenario, schedule, run, again, sim::Seed{seed}};
  if (!write_outputs(arguments.outputs, file, telling)) return our_fault;
  if (!arguments.until.empty()) return show_until(arguments, telling);
  std::string text = arguments.json ? untimed_json(telling) : untimed_story(telling, lanes_of(arguments, telling));
  const std::uint64_t second =
      check_again ? scenarios::play(*file.scenario, schedule, sim::Seed{seed}).outcome.digest : run.outcome.digest;
  if (second != run.outcome.digest) {
    if (!told(text)) return our_fault;
    fmt::print(stderr,
               "error: played again, the run has the digest 0x{} instead of 0x{}\n"
               "  fix: this is a fault of squall: please report it with the file\n",
               digest_text(second), digest_text(run.outcome.digest));
    return our_fault;
  }
  if (check_again && !arguments.json)
    text += fmt::format("Played again: the same digest, 0x{}.\n", digest_text(second));
  return tell(text, status_of(run.outcome));
}

/// Hands the run to `then`, which returns the exit status.
template <class Then>
int play(const RunArguments& arguments, const char* command, const Then& then) {
  const auto asked = arguments.seed.empty() ? std::optional<std::uint64_t>{} : number_of(arguments.seed);
  if (!arguments.seed.empty() && !asked) return refuse_seed(arguments.seed);
  const auto choice = strategy_of(arguments.strategy);
  if (!choice) return bad_input;
  if (arguments.timeline && (arguments.json || !arguments.until.empty()))
    return refuse("--timeline is a picture of a whole run, in text", "leave out --json and --until");
  std::string trouble;
  const auto file = playable(arguments.file, arguments.plan, trouble);
  if (!file) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  const std::uint64_t seed = asked.value_or(file->seed.value_or(1));
  const bool twice = std::string_view{command} == "replay";
  if (file->pins.schedule) {
    if (!choice->timed()) return *refuse_decisions(*file, "--strategy");
    return play_decided(arguments, *file, *file->pins.schedule, seed,
                        fmt::format("squall {} {}", command, path_word(arguments.file)), twice);
  }
  std::string again = fmt::format("squall {} {} --seed {}", command, path_word(arguments.file), seed);
  if (choice->of(seed)) {
    return play_decided(arguments, *file, schedule_of(*file->scenario, *choice, seed), seed,
                        again + strategy_text(*choice), twice);
  }
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
  if (arguments.json) return run_json(scenario, recording, sim::Seed{seed}, again);
  if (!arguments.timeline) return story(scenario, recording, sim::Seed{seed}, again);
  // As much as a story tells.
  const Chronicle near = chronicle(scenario, recording, {.before = 60, .after = 30});
  return story(scenario, recording, sim::Seed{seed}, again,
               timeline(near, recording.outcome.violations, terminal_style()));
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
