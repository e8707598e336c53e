// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/campaign_directory.hpp"
#include "scenarios/cases/decided_case.hpp"

namespace squall::reports {

/// Writes the text of a case over `workflow` to `path`, and next to it the files that it extends, where it does not lie in
/// their folder. Throws CampaignTrouble where a file cannot be written, or another one is there.
void write_case(const std::string& path, const scenarios::Loaded& workflow, const std::string& text);

/// Writes `DIR/SIGNATURE/case.yaml` with the files that it extends, and `story.txt`. Returns the path of the case. Throws
/// CampaignTrouble as above.
std::string write_decided(const std::string& folder, const scenarios::Loaded& workflow,
                          const scenarios::DecidedCase& decided);

}  // namespace squall::reports
