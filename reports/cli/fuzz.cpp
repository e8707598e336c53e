// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/progress.hpp"
#include "reports/cli/shard_choice.hpp"
#include "reports/cli/signals.hpp"
#include "reports/cli/strategy_options.hpp"
#include "reports/html.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/guided_player.hpp"

namespace squall::reports::cli {
namespace {

using Clock = ProgressLine::Clock;

constexpr std::uint64_t all_seeds = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t shard_size_usual = 10'000;

/// What is to be played, understood.
struct FuzzOrder {
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;  ///< at most
  std::optional<Clock::duration> time;
  unsigned jobs = 1;
  FuzzProfile profile = FuzzProfile::written;
  std::optional<ShardChoice> shard;
  std::uint64_t shard_size = shard_size_usual;
  scenarios::StrategyChoice strategy;
};

std::optional<int> understand(const FuzzArguments& arguments, FuzzOrder& order) {
  const auto number = [](const std::string& text, std::uint64_t least, std::uint64_t most) {
    const auto value = number_of(text);
    return value && *value >= least && *value <= most ? value : std::nullopt;
  };
  if (arguments.seeds.empty() == arguments.time.empty())
    return refuse("it is not said how many runs there are to be", "write --seeds N, or --for 60s");
  if (!arguments.first.empty()) {
    const auto first = number_of(arguments.first);
    if (!first) return refuse_seed(arguments.first);
    order.first = *first;
  }
  order.seeds = all_seeds - order.first;
  if (!arguments.seeds.empty()) {
    const auto seeds = number(arguments.seeds, 1, order.seeds);
    if (!seeds)
      return refuse(fmt::format("'{}' is not a number of seeds", printable(arguments.seeds)),
                    "write a whole number from 1 on; the last seed lies below 2^64");
    order.seeds = *seeds;
  } else {
    const auto time = time_of(arguments.time, "fuzz");
    if (!time) return bad_input;
    order.time = *time;
  }
  const auto jobs = jobs_of(arguments.jobs);
  if (!jobs) return bad_input;
  order.jobs = *jobs;
  if (!arguments.profile.empty()) {
    const auto profile = profile_named(arguments.profile);
    if (!profile)
      return refuse(fmt::format("no profile is called '{}'", printable(arguments.profile)),
                    "use one of: written, swarm, standard, none");
    order.profile = *profile;
  }
  if (!arguments.shard_size.empty()) {
    const auto size = number(arguments.shard_size, 1, 1'000'000'000);
    if (!size || arguments.out.empty())
      return refuse("--shard-size takes a whole number from 1 to 10^9, and a folder to write the shards into",
                    "write --out DIR --shard-size 10000");
    order.shard_size = *size;
  }
  if (!arguments.shard.empty()) {
    std::string trouble;
    order.shard = shard_choice(arguments.shard, trouble);
    if (!order.shard)
      return refuse(trouble, "write --shard 3/8, or --shard auto/8 in a Slurm array or an indexed Kubernetes job");
    if (arguments.out.empty() || order.time)
      return refuse("one shard of a campaign needs a folder and a number of seeds",
                    "write --seeds N --out DIR --shard i/n");
  }
  const auto strategy = strategy_of(arguments.strategy);
  if (!strategy) return bad_input;
  order.strategy = *strategy;
  const bool own_faults = order.profile == FuzzProfile::written || order.profile == FuzzProfile::none;
  if (!strategy->timed() && (arguments.guided || !own_faults))
    return refuse("an untimed strategy plays the file's own faults, and follows no coverage",
                  "leave out --guided and --profile");
  if (arguments.guided && !arguments.out.empty())
    return refuse("a guided campaign is drawn from what it has shown so far, so it cannot be cut into shards",
                  "leave out --out: --json has the text of every case");
  return std::nullopt;
}

std::string again_text(const FuzzArguments& arguments, const FuzzOrder& order, std::uint64_t runs) {
  std::string text = fmt::format("squall fuzz {} --seeds {}", path_word(arguments.file), runs);
  if (order.first != 1) text += fmt::format(" --first {}", order.first);
  if (order.profile != FuzzProfile::written) text += fmt::format(" --profile {}", name_of(order.profile));
  text += strategy_text(order.strategy);
  if (order.shard_size != shard_size_usual) text += fmt::format(" --shard-size {}", order.shard_size);
  if (arguments.guided) text += " --guided";
  return text;
}

int status_of(const CampaignReport& report) {
  if (report.interrupted) return interrupted_exit;
  if (report.tally.violated != 0) return violation;
  return report.tally.undecided != 0 || report.tally.runs == 0 ? no_verdict : as_wanted;
}

int tell_report(const FuzzArguments& arguments, const CampaignReport& report) {
  if (!arguments.report.empty() && !write_output(arguments.report, campaign_html(report))) return our_fault;
  const int status = tell(arguments.json ? campaign_json(report) : campaign_text(report), status_of(report));
  fmt::print(stderr, "{}", speed_text(report));
  return status;
}

class Fuzz {
 public:
  Fuzz(const FuzzArguments& arguments, const FuzzOrder& order, scenarios::Loaded workflow)
      : arguments_(arguments),
        order_(order),
        workflow_(std::move(workflow)),
        end_(order.time ? std::optional{Clock::now() + *order.time} : std::nullopt),
        progress_(order.time ? 0 : order.seeds, end_) {}

  /// All in memory.
  int in_one() {
    faults::Campaign campaign{strategy_players_of(*workflow_.scenario, order_.strategy), order_.jobs};
    CampaignReport report = blank();
    if (order_.strategy.strategy) report.counted.lines.clear();  // untimed, none of them is rolled
    report.tally = campaign.run(order_.first, order_.seeds, hooks());
    report.seconds = progress_.seconds();
    progress_.done();
    report.interrupted = stopped_early(report.tally.runs);
    report.again = again_text(arguments_, order_, report.tally.runs);
    report.findings = findings_of(report.tally);
    if (!report.interrupted) {
      explain_findings(report, arguments_.file, workflow_, order_.strategy);
      measure_blast(report, workflow_, order_.strategy);
      measure_coverage(report, workflow_, order_.strategy, order_.jobs);
    }
    for (CampaignFinding& each : report.findings) {
      each.replay = untimed_replay(path_word(arguments_.file), each.finding.first_seed, order_.strategy);
      if (!each.replay.empty()) continue;
      const bool plain = order_.profile == FuzzProfile::written;
      each.replay = fmt::format("squall {} {} --seed {}", plain ? "run" : "explain", path_word(arguments_.file),
                                each.finding.first_seed);
      if (!plain) each.replay += fmt::format(" --profile {}", name_of(order_.profile));
    }
    return tell_report(arguments_, report);
  }

  /// All in memory, a generation after the other.
  int guided() {
    const faults::GuidedResult result = faults::guided(scenarios::guided_players_of(*workflow_.scenario), order_.jobs,
                                                       {.first = order_.first, .runs = order_.seeds}, hooks());
    CampaignReport report = blank();
    report.tally = result.tally;
    report.reached = reached_of(result);
    report.seconds = progress_.seconds();
    progress_.done();
    report.interrupted = stopped_early(result.candidates);
    report.again = again_text(arguments_, order_, result.candidates);
    report.findings = findings_of(report.tally);
    for (std::size_t f = 0; f < report.findings.size(); ++f) {
      CampaignFinding& each = report.findings[f];
      const faults::Candidate& shown = result.first_shown.at(each.signature);
      each.replay = fmt::format("squall run {} --seed {}", path_word(arguments_.file), shown.seed);
      scenarios::Loaded as_played = workflow_;
      if (shown.mutant) {
        each.replay += " --plan PLAN, a file with the faults above";
        as_played.scenario->plan = shown.plan;
        as_played.scenario->faults.lines.clear();
        as_played.scenario->model.fault_shadow = faults::Armed::shadow_bytes(shown.plan.lines, {});
      }
      if (report.interrupted || f >= findings_shrunk) continue;
      shrink_finding(each, arguments_.file, as_played, shown.seed);
    }
    return tell_report(arguments_, report);
  }

  /// Shard by shard into a folder: a shard is played by all threads, and written when it is done.
  int in_shards() {
    const WorkflowFiles files = files_of(workflow_);
    CampaignDirectory directory = CampaignDirectory::begin(arguments_.out,
                                                           {.version = std::string{version()},
                                                            .workflow = workflow_.name,
                                                            .file = file_name(arguments_.file),
                                                            .content = content_of(files),
                                                            .profile = name_of(order_.profile),
                                                            .strategy = order_.strategy,
                                                            .shard_size = order_.shard_size},
                                                           files);
    faults::Campaign campaign{strategy_players_of(*workflow_.scenario, order_.strategy), order_.jobs};
    faults::Tally played;
    const std::uint64_t first_shard = order_.first / order_.shard_size;
    const std::uint64_t last_seed = order_.first + (order_.seeds - 1);
    bool stopped = false;
    for (std::uint64_t number = first_shard; !stopped && number <= last_seed / order_.shard_size; ++number) {
      if (order_.shard && (number - first_shard) % order_.shard->of != order_.shard->number - 1) continue;
      const std::uint64_t from = std::max(order_.first, number * order_.shard_size);
      const auto there = directory.shard(number);
      std::uint64_t to = std::min(last_seed, number * order_.shard_size + (order_.shard_size - 1));
      if (there) to = std::max(to, there->first + (there->tally.runs - 1));  // what is there is not given up
      if (there && there->first <= from && there->tally.runs >= to - there->first + 1) continue;
      faults::Shard shard{.first = there ? std::min(there->first, from) : from, .tally = {}};
      shard.tally = campaign.run(shard.first, to - shard.first + 1, hooks());
      played.add(shard.tally);
      progress_.add({shard.tally.runs, shard.tally.violated, shard.tally.events, played.findings.size()});
      stopped = shard.tally.runs < to - shard.first + 1;
      // What a stop cut short is kept as far as it came, unless more is there already.
      if (shard.tally.runs != 0 && (!there || shard.tally.runs > there->tally.runs))
        directory.write_shard(number, shard);
    }
    const double seconds = progress_.seconds();
    progress_.done();
    const bool cut_short = interrupted();
    CampaignReport report;
    if (order_.shard || cut_short) {
      report = sum_of(directory, scenarios::counted_of(*workflow_.scenario));
      if (order_.shard) {
        fmt::print(stderr, "shard {}/{} is done; when all are: squall merge {} --out {}\n", order_.shard->number,
                   order_.shard->of, path_word(arguments_.out), path_word(arguments_.out));
      }
    } else {
      report = finish(directory, workflow_, order_.jobs);
    }
    report.jobs = order_.jobs;
    report.seconds = played.runs == 0 ? 0 : seconds;
    report.interrupted = cut_short;
    report.again = again_text(arguments_, order_, order_.time ? report.tally.runs : order_.seeds) +
                   fmt::format(" --out {}", path_word(arguments_.out));
    if (!arguments_.report.empty() && !write_output(arguments_.report, campaign_html(report))) return our_fault;
    const int status = tell(arguments_.json ? campaign_json(report) : campaign_text(report), status_of(report));
    report.tally = played;
    fmt::print(stderr, "{}", speed_text(report));
    return status;
  }

 private:
  CampaignReport blank() const {
    return {.workflow = workflow_.name,
            .file = arguments_.file,
            .first_seed = order_.first,
            .tally = {},
            .counted = scenarios::counted_of(*workflow_.scenario),
            .findings = {},
            .again = {},
            .jobs = order_.jobs};
  }

  faults::Hooks hooks() {
    return {.stop = [this] { return interrupted() || (end_ && Clock::now() >= *end_); },
            .tick = [this](const faults::Progress& now) { progress_.tick(now); }};
  }

  bool stopped_early(std::uint64_t runs) const { return interrupted() && runs < order_.seeds; }

  static std::string file_name(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
  }

  const FuzzArguments& arguments_;
  const FuzzOrder& order_;
  scenarios::Loaded workflow_;
  std::optional<Clock::time_point> end_;
  ProgressLine progress_;
};

}  // namespace

int fuzz(const FuzzArguments& arguments) {
  FuzzOrder order;
  if (const auto refused = understand(arguments, order)) return *refused;
  std::string trouble;
  auto workflow = playable(arguments.file, "", trouble);
  if (!workflow) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  if (const auto refused = refuse_decisions(*workflow, "fuzz")) return *refused;
  apply(order.profile, *workflow);
  note_interrupts();
  Fuzz fuzz{arguments, order, std::move(*workflow)};
  try {
    if (arguments.guided) return fuzz.guided();
    return arguments.out.empty() ? fuzz.in_one() : fuzz.in_shards();
  } catch (const CampaignTrouble& wrong) {
    return refuse(wrong.what, wrong.fix);
  }
}

}  // namespace squall::reports::cli
