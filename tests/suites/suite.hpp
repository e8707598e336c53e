// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scenarios/file.hpp"

/// The workflow files that users read first, as a test meets them.
namespace squall::suites {

/// Every workflow file below `scenarios/suites`, as paths within it (`lock-order/broken.yaml`), in order of their names.
std::vector<std::string> workflow_files();
/// The folders that hold a pair, in order of their names.
std::vector<std::string> pairs();

/// A path within `scenarios/suites`, as the reader opens it.
std::string opened_as(const std::string& file);
scenarios::Loaded read(const std::string& file);

/// What the runs of one scenario came to, seeds 1 to `seeds`.
struct Campaign {
  std::uint64_t seeds = 0;
  std::uint64_t violated = 0;   ///< runs with a violation
  std::uint64_t undecided = 0;  ///< runs that left a check open
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> first;    ///< of each violated check the first seed
  std::map<std::string, std::string> witnesses;  ///< what was said then

  /// The seed by which each of `checks` has been found; 0 where one has not.
  std::uint64_t all_found_by(const std::vector<std::string>& checks) const;
};

Campaign play(const scenarios::Scenario& scenario, std::uint64_t seeds);

/// What differs from what the file expects, a sentence each; nothing where it holds.
std::vector<std::string> complaints(const scenarios::Expect& expect, const Campaign& campaign);

}  // namespace squall::suites
