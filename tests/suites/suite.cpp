// SPDX-License-Identifier: Apache-2.0
#include "tests/suites/suite.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/run.hpp"

namespace squall::suites {
namespace {

const std::filesystem::path& root() {
  static const std::filesystem::path path{SQUALL_SOURCE_DIR "/scenarios/suites"};
  return path;
}

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<std::string> workflow_files() {
  std::vector<std::string> files;
  for (const std::filesystem::directory_entry& entry : std::filesystem::recursive_directory_iterator{root()}) {
    if (entry.is_regular_file() && entry.path().extension() == ".yaml")
      files.push_back(entry.path().lexically_relative(root()).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> pairs() {
  std::set<std::string> folders;
  for (const std::string& file : workflow_files()) {
    if (file.ends_with("/fixed.yaml")) folders.insert(file.substr(0, file.rfind('/')));
  }
  return {folders.begin(), folders.end()};
}

std::string opened_as(const std::string& file) { return (root() / file).string(); }

scenarios::Loaded read(const std::string& file) { return scenarios::load(opened_as(file)); }

std::uint64_t Campaign::all_found_by(const std::vector<std::string>& checks) const {
  std::uint64_t latest = 0;
  for (const std::string& check : checks) {
    const auto found = first.find(check);
    if (found == first.end()) return 0;
    latest = std::max(latest, found->second);
  }
  return latest;
}

Campaign play(const scenarios::Scenario& scenario, std::uint64_t seeds) {
  scenarios::Runner runner{scenario};
  Campaign campaign{.seeds = seeds, .first = {}, .witnesses = {}};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::Outcome& outcome = runner.run(sim::Seed{seed});
    campaign.events += outcome.events;
    campaign.violated += outcome.violated() ? 1 : 0;
    campaign.undecided += outcome.undecided.empty() ? 0 : 1;
    for (const sim::Violation& violation : outcome.violations) {
      if (campaign.first.emplace(violation.invariant, seed).second)
        campaign.witnesses.emplace(violation.invariant, fmt::format("{}", fmt::join(violation.witness, ", ")));
    }
  }
  return campaign;
}

std::vector<std::string> complaints(const scenarios::Expect& expect, const Campaign& campaign) {
  std::vector<std::string> found;
  for (const std::string& check : expect.violates) {
    if (!campaign.first.contains(check))
      found.push_back(fmt::format("{} is not violated within {} seeds", check, campaign.seeds));
  }
  for (const auto& [check, seed] : campaign.first) {
    if (among(expect.violates, check) || among(expect.may_violate, check)) continue;
    found.push_back(fmt::format("{} is violated, first with seed {}: {}", check, seed, campaign.witnesses.at(check)));
  }
  if (campaign.undecided != 0) found.push_back(fmt::format("{} runs are undecided", campaign.undecided));
  return found;
}

}  // namespace squall::suites
