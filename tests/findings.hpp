// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/explore/search.hpp"

namespace squall {

/// What a search has found: invariants with their witnesses, whichever way led there.
using Found = std::set<std::pair<std::string, std::vector<std::string>>>;

inline Found found(const sim::SearchResult& result) {
  Found all;
  for (const sim::Finding& finding : result.findings)
    all.insert({finding.violation.invariant, finding.violation.witness});
  return all;
}

}  // namespace squall
