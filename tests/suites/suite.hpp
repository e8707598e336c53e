// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/judgement.hpp"

/// The workflow files that users read first, as a test meets them.
namespace squall::suites {

/// Every workflow file below `scenarios/suites`, as paths within it (`lock-order/broken.yaml`), in order of their names.
std::vector<std::string> workflow_files();
/// The folders that hold a pair, in order of their names.
std::vector<std::string> pairs();

/// A path within `scenarios/suites`, as the reader opens it.
std::string opened_as(const std::string& file);
scenarios::Loaded read(const std::string& file);

/// Judges the file over seeds 1 to `seeds`, whatever number its `expect` says.
scenarios::Judgement judged_over(scenarios::Loaded file, std::uint32_t seeds);

/// The seed by which each of `checks` has been found; 0 where one has not.
std::uint64_t all_found_by(const scenarios::Judgement& judgement, const std::vector<std::string>& checks);

}  // namespace squall::suites
