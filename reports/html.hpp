// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "reports/campaign.hpp"
#include "reports/comparison.hpp"
#include "reports/exploration.hpp"
#include "reports/suite.hpp"
#include "reports/untimed.hpp"
#include "scenarios/run.hpp"

/// Reports as one HTML file each: it opens from disk, without a network, and shows everything without its script too.
namespace squall::reports {

/// One run: the verdict and its reasons, wait-for graphs, the space-time diagram, time travel, what struck, how to play it
/// again. Of a long run what is near its violations. Plays the run once more for the time travel.
std::string run_html(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed,
                     const std::string& replay);

/// The same of an untimed run: time travel stops at its events. Plays it once more.
std::string run_html(const UntimedTelling& telling);

/// A campaign: findings with their rates and intervals, the faults that each needs, what never happened.
std::string campaign_html(const CampaignReport& report);

/// Rates over a grid as a heat map, with the numbers in it.
std::string grid_html(const GridReport& report);
/// Two designs side by side.
std::string comparison_html(const ComparisonReport& report);

/// Judged files: a line for each, and the reasons of what is not as it demands.
std::string suite_html(std::span<const FileReport> reports);

/// A search: counts, what is violated, the shortest way there.
std::string exploration_html(const ExplorationReport& report);

}  // namespace squall::reports
