// SPDX-License-Identifier: Apache-2.0
#include "tests/suites/suite.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace squall::suites {
namespace {

const std::filesystem::path& root() {
  static const std::filesystem::path path{SQUALL_SOURCE_DIR "/scenarios/suites"};
  return path;
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

scenarios::Judgement judged_over(scenarios::Loaded file, std::uint32_t seeds) {
  scenarios::Expect& expect = file.expect.emplace(file.expect.value_or(scenarios::Expect{}));
  (expect.holds || expect.violates.empty() ? expect.over : expect.within) = seeds;
  return scenarios::judge(file);
}

std::uint64_t all_found_by(const scenarios::Judgement& judgement, const std::vector<std::string>& checks) {
  std::uint64_t latest = 0;
  for (const std::string& check : checks) {
    const auto found = std::ranges::find(judgement.findings, check, &scenarios::Finding::invariant);
    if (found == judgement.findings.end()) return 0;
    latest = std::max(latest, found->first_seed);
  }
  return latest;
}

}  // namespace squall::suites
