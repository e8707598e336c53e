// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "faults/tally.hpp"
#include "reports/comparison.hpp"

/// What many runs came to, as SVG.
namespace squall::reports {

struct CampaignFigure {
  std::string svg;                              ///< one <svg> element; empty where there is nothing to show
  std::string description;                      ///< in a sentence or two
  std::vector<std::vector<std::string>> table;  ///< the same in words: a heading, then rows
};

/// How long runs took in virtual time, on a logarithmic scale: those that hold upwards, those that violate something
/// downwards and hatched, each as a share of its own kind.
CampaignFigure completion_times(const faults::Tally& tally, std::string_view id = "runs");

/// Failure rates over a grid: a field of cells for each design and, of more than two axes, for each choice of values of the
/// third and later ones. The first axis goes to the right, the second upwards. The darker the worse, and the rate stands in it.
std::string heat_maps(const GridReport& report);

}  // namespace squall::reports
