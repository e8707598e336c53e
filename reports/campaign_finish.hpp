// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "reports/campaign.hpp"
#include "reports/campaign_directory.hpp"
#include "scenarios/strategies.hpp"

/// From tallies to findings that a person can read and play again.
namespace squall::reports {

/// What the runs of a campaign are played with.
enum class FuzzProfile : std::uint8_t {
  written,   ///< the file's faults, with their chances
  swarm,     ///< the same, but a draw for each run says which of them exist and how strong they are
  standard,  ///< a bit of every kind, instead of the file's faults
  none       ///< timing alone
};
/// `written`, `swarm`, `standard`, `none`.
const char* name_of(FuzzProfile);
std::optional<FuzzProfile> profile_named(std::string_view name);
/// Arms the workflow with the profile. A plan of the file's stays.
void apply(FuzzProfile profile, scenarios::Loaded& workflow);

/// So many findings of a campaign are shrunk, those with the smallest seeds.
inline constexpr std::size_t findings_shrunk = 100;
/// With at most so many runs each.
inline constexpr std::uint64_t runs_for_shrinking = 2'000;

/// Shrinks one finding, seen with `seed`. What keeps it from being shrunk is told with it: the others are worth telling.
void shrink_finding(CampaignFinding& finding, const std::string& path, const scenarios::Loaded& workflow,
                    std::uint64_t seed);

/// Shrinks the report's findings, the first ones first; those of untimed runs become their decisions. `path`: that of
/// `workflow`; `choice`: what the campaign was played with.
void explain_findings(CampaignReport& report, const std::string& path, const scenarios::Loaded& workflow,
                      const scenarios::StrategyChoice& choice);

/// Finds out how far unsound work comes in the campaign's timed runs, from a sample of them.
void measure_blast(CampaignReport& report, const scenarios::Loaded& workflow, const scenarios::StrategyChoice& choice);

/// Finds out what a sample of the campaign's timed runs reaches, and how likely the next run is to reach something new: a second
/// pass over one run in 500, since coverage in every run would make it several times as slow.
void measure_coverage(CampaignReport& report, const scenarios::Loaded& workflow,
                      const scenarios::StrategyChoice& choice, unsigned jobs);

/// The command that plays an untimed run of a campaign again; empty where the seed is played in time.
std::string untimed_replay(const std::string& file, std::uint64_t seed, const scenarios::StrategyChoice& choice);
/// The options that say what `choice` says: ` --strategy pct:2 --faults 1`. Nothing for timed runs.
std::string strategy_text(const scenarios::StrategyChoice& choice);

/// Adds up all shards of a campaign.
CampaignReport sum_of(const CampaignDirectory& campaign, const scenarios::Counted& counted);

/// Where the case of a finding lies, once the campaign is finished; empty: nowhere yet.
std::string written_case(const CampaignDirectory& campaign, std::uint64_t signature);

/// Shrinks what a campaign has found, and writes findings and tables: the same bytes for the same shards, whoever played
/// them. Throws CampaignTrouble where something cannot be written.
CampaignReport finish(CampaignDirectory& campaign, const scenarios::Loaded& workflow, unsigned jobs = 1);

/// The workflow that a campaign holds, armed as it was played. Throws CampaignTrouble.
scenarios::Loaded workflow_of(const CampaignDirectory& campaign);

}  // namespace squall::reports
