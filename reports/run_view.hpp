// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/views/chronicle.hpp"
#include "sim/monitor.hpp"

namespace squall::reports {

/// One run on a page that may show several. Refers to what its parts live in.
struct RunView {
  const Chronicle& run;
  std::span<const sim::Violation> violations;
  std::string_view id;  ///< told apart by it; letters, digits and `-`
};

/// The space-time diagram with what its signs mean.
std::string diagram_html(const RunView& view);

/// Time travel through `states`, one after each stop of the run (`stops_of`), beginning where the first violation does.
std::string travel_html(const RunView& view, const std::vector<Snapshot>& states);

/// What happened in sentences: a row for each moment; of an untimed run one for each event.
std::string story_html(const RunView& view);

/// All three, to be opened under `summary`: for a page of several findings.
std::string run_details_html(const RunView& view, const std::vector<Snapshot>& states, std::string_view summary);

/// What struck, a line each, after the words of `lead`; where nothing did, the words of `none`.
std::string struck_html(const std::vector<std::string>& struck, std::string_view none, std::string_view lead);

/// How many moments are left out before and after; empty where none is.
std::string left_out_html(const Chronicle& run);

}  // namespace squall::reports
