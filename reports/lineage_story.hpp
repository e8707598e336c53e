// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "sim/monitor.hpp"

/// How a fault became a wrong result, piece of work by piece of work.
namespace squall::reports {

/// A sentence without a full stop, and when it happened.
struct PassedOn {
  sim::Instant at{};
  std::string text;
};

/// What a violation about quiet failure rests on.
struct LineageStory {
  std::vector<PassedOn> path;        ///< who made, took, checked and wrote what, in that order
  std::vector<std::string> summary;  ///< how far it came, in sentences without full stops

  bool empty() const { return path.empty() && summary.empty(); }
};

/// Of `containment`, `honest-outcome`, `agreement` and `freshness`: from the fault, or from the work that was wrong first, to
/// what the violation is about. Empty for other invariants, and where no work has a part in it. Texts are printable.
LineageStory lineage_story(const scenarios::Scenario& scenario, const scenarios::Recording& recording,
                           const sim::Violation& violation);

/// Lines with their instants, then the summary; each with a newline. Of a long path its beginning and its end.
std::string lineage_text(const LineageStory& story);

}  // namespace squall::reports
