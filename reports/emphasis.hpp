// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace squall::reports {

/// The same text for a terminal that has colours: red where something is violated or has failed, bold at a finding, and nothing
/// else. Goes by the lines that stories, suites and campaigns are made of; what is coloured already, and JSON, stays as it is. O(n).
std::string emphasised(std::string_view text);

}  // namespace squall::reports
