// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign_finish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "faults/signature.hpp"
#include "faults/standard_profile.hpp"
#include "reports/campaign_database.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"
#include "scenarios/cases/decisions.hpp"

namespace squall::reports {
namespace {

constexpr std::string_view profile_names[] = {"written", "swarm", "standard", "none"};

/// Of the case file: the usual one, unless the workflow has it.
std::string case_name(const WorkflowFiles& originals) {
  return originals.contains("case.yaml") ? "shrunk.case.yaml" : "case.yaml";
}

/// The case with the files that it extends, so that its folder can be taken anywhere.
WorkflowFiles finding_files(const CampaignFinding& each, const WorkflowFiles& originals, const std::string& folder) {
  WorkflowFiles files = originals;
  const std::string replay = fmt::format("squall replay {}/{}", folder, case_name(originals));
  if (each.decided) {
    const scenarios::DecidedCase& decided = *each.decided;
    files[case_name(originals)] = scenarios::to_text(decided.file);
    files["story.txt"] = untimed_story({*decided.loaded.scenario, *decided.loaded.pins.schedule, decided.run, replay});
    return files;
  }
  files[case_name(originals)] = scenarios::to_text(each.shrunk->file);
  files["story.txt"] =
      story(*each.shrunk->loaded.scenario, each.shrunk->recording, sim::Seed{each.shrunk->seed}, replay);
  return files;
}

/// What plays this seed, as a choice of its own.
scenarios::StrategyChoice alone(const scenarios::StrategyChoice& choice, std::uint64_t seed) {
  scenarios::StrategyChoice one = choice;
  one.portfolio = false;
  one.strategy = choice.of(seed);
  return one;
}

/// The decisions of one finding of an untimed strategy, as a case. What keeps them from being one is told with it.
void decide_finding(CampaignFinding& finding, const std::string& path, const scenarios::Loaded& workflow,
                    const scenarios::StrategyChoice& choice) {
  try {
    scenarios::ShrunkDecisions shrunk = scenarios::shrink_decisions(
        *workflow.scenario, schedule_of(*workflow.scenario, choice, finding.finding.first_seed), finding.signature);
    finding.decided = scenarios::decided_case(path, workflow, std::move(shrunk.schedule), finding.signature);
  } catch (const std::logic_error& error) {
    finding.trouble = error.what();
  }
}

}  // namespace

const char* name_of(FuzzProfile profile) { return profile_names[static_cast<std::size_t>(profile)].data(); }

std::optional<FuzzProfile> profile_named(std::string_view name) {
  const auto found = std::ranges::find(profile_names, name);
  if (found == std::end(profile_names)) return std::nullopt;
  return static_cast<FuzzProfile>(found - std::begin(profile_names));
}

void apply(FuzzProfile profile, scenarios::Loaded& workflow) {
  scenarios::Scenario& scenario = *workflow.scenario;
  switch (profile) {
    case FuzzProfile::written: break;
    case FuzzProfile::swarm: scenario.faults.swarm = true; break;
    case FuzzProfile::standard: scenario.faults = faults::standard_profile(scenario.model); break;
    case FuzzProfile::none: scenario.faults.lines.clear(); break;
  }
  scenario.model.fault_shadow = faults::Armed::shadow_bytes(scenario.plan.lines, scenario.faults.lines);
}

void shrink_finding(CampaignFinding& finding, const std::string& path, const scenarios::Loaded& workflow,
                    std::uint64_t seed) {
  try {
    finding.shrunk =
        scenarios::shrink(path, workflow, seed, {.signature = finding.signature, .runs_max = runs_for_shrinking});
  } catch (const std::logic_error& error) {
    finding.trouble = error.what();
  }
}

std::string strategy_text(const scenarios::StrategyChoice& choice) {
  if (choice.timed()) return {};
  std::string text = fmt::format(" --strategy {}", to_text(choice));
  if (choice.faults != 0) text += fmt::format(" --faults {}", choice.faults);
  if (choice.timers == sim::Timers::last) text += " --timers last";
  return text;
}

std::string untimed_replay(const std::string& file, std::uint64_t seed, const scenarios::StrategyChoice& choice) {
  if (!choice.of(seed)) return {};
  return fmt::format("squall replay {} --seed {}{}", file, seed, strategy_text(alone(choice, seed)));
}

void explain_findings(CampaignReport& report, const std::string& path, const scenarios::Loaded& workflow,
                      const scenarios::StrategyChoice& choice) {
  for (std::size_t f = 0; f < report.findings.size() && f < findings_shrunk; ++f) {
    CampaignFinding& each = report.findings[f];
    const std::uint64_t seed = each.finding.first_seed;
    if (choice.of(seed)) {
      decide_finding(each, path, workflow, alone(choice, seed));
    } else {
      shrink_finding(each, path, workflow, seed);
    }
  }
}

void measure_blast(CampaignReport& report, const scenarios::Loaded& workflow, const scenarios::StrategyChoice& choice) {
  if (choice.timed()) report.blast = blast_radius(*workflow.scenario, report.first_seed, report.tally.runs);
}

void measure_coverage(CampaignReport& report, const scenarios::Loaded& workflow,
                      const scenarios::StrategyChoice& choice, unsigned jobs) {
  if (!choice.timed() || report.tally.runs == 0) return;
  report.reached =
      reached_of(scenarios::sample_coverage(*workflow.scenario, report.first_seed, report.tally.runs, jobs));
}

CampaignReport sum_of(const CampaignDirectory& campaign, const scenarios::Counted& counted) {
  CampaignReport report{.workflow = campaign.identity().workflow,
                        .file = campaign.workflow_path(),
                        .tally = {},
                        .counted = counted,
                        .findings = {},
                        .again = {}};
  bool first = true;
  for (const auto& [number, shard] : campaign.shards()) {
    if (first) report.first_seed = shard.first;
    first = false;
    report.last_seed = shard.first + (shard.tally.runs - 1);
    report.tally.add(shard.tally);
  }
  report.findings = findings_of(report.tally);
  const scenarios::StrategyChoice& choice = campaign.identity().strategy;
  if (choice.strategy) report.counted.lines.clear();  // untimed, none of them is rolled
  for (CampaignFinding& each : report.findings) {
    const std::uint64_t seed = each.finding.first_seed;
    each.replay = untimed_replay(shell_word(report.file), seed, choice);
    if (!each.replay.empty()) continue;
    const std::string& profile = campaign.identity().profile;
    each.replay = profile == name_of(FuzzProfile::written)
                      ? fmt::format("squall run {} --seed {}", shell_word(report.file), seed)
                      : fmt::format("squall explain {} --seed {} --profile {}", shell_word(report.file), seed, profile);
  }
  report.again = fmt::format("squall merge {} --out {}", shell_word(campaign.path()), shell_word(campaign.path()));
  return report;
}

std::string written_case(const CampaignDirectory& campaign, std::uint64_t signature) {
  const std::string path = fmt::format("{}/findings/{}/{}", campaign.path(), faults::signature_text(signature),
                                       case_name(campaign.workflow_files()));
  std::error_code none;
  return std::filesystem::exists(path, none) ? path : std::string{};
}

CampaignReport finish(CampaignDirectory& campaign, const scenarios::Loaded& workflow, unsigned jobs) {
  CampaignReport report = sum_of(campaign, scenarios::counted_of(*workflow.scenario));
  // Paths are told from within the campaign: its bytes do not depend on where it lies.
  explain_findings(report, campaign.workflow_path(), workflow, campaign.identity().strategy);
  measure_blast(report, workflow, campaign.identity().strategy);
  measure_coverage(report, workflow, campaign.identity().strategy, jobs);
  const WorkflowFiles originals = campaign.workflow_files();
  std::vector<std::string> names;
  for (CampaignFinding& each : report.findings) {
    if (!each.shrunk && !each.decided) continue;
    names.push_back(faults::signature_text(each.signature));
    const std::string folder = "findings/" + names.back();
    campaign.write_finding(names.back(), finding_files(each, originals, folder));
    each.case_path = fmt::format("{}/{}/{}", campaign.path(), folder, case_name(originals));
    each.replay = fmt::format("squall replay {}", shell_word(each.case_path));
  }
  campaign.keep_findings(names);
  write_database(campaign, report);
  campaign.clear_left_overs();
  return report;
}

scenarios::Loaded workflow_of(const CampaignDirectory& campaign) {
  scenarios::Loaded workflow = scenarios::load(campaign.workflow_path());
  if (!workflow.ok())
    throw CampaignTrouble{fmt::format("the workflow of '{}' does not read:\n{}", printable(campaign.path()),
                                      to_text(workflow.diagnostics)),
                          "take back what was changed in its folder 'workflow'"};
  if (content_of(campaign.workflow_files()) != campaign.identity().content)
    throw CampaignTrouble{
        fmt::format("the workflow of '{}' is not the one that was played", printable(campaign.path())),
        "take back what was changed in its folder 'workflow'"};
  const auto profile = profile_named(campaign.identity().profile);
  if (!profile)
    throw CampaignTrouble{fmt::format("'{}' was played with the profile '{}', which this squall does not know",
                                      printable(campaign.path()), printable(campaign.identity().profile)),
                          "use the version of squall that wrote it"};
  apply(*profile, workflow);
  return workflow;
}

}  // namespace squall::reports
