// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "reports/views/chronicle.hpp"
#include "sim/monitor.hpp"

/// A run as lanes on a terminal: time downwards, a lane for each agent, arrows between them, what happened beside it.
namespace squall::reports {

struct TimelineStyle {
  std::size_t width = 100;  ///< columns of the terminal; no line is longer
  bool colour = false;      ///< only what went wrong, and times
  bool ascii = false;       ///< for terminals that are not UTF-8
};

/// A line for each moment of `chronicle`, and a mark where a violation begins. Lanes of more agents than fit beside the text
/// share the last one. O(moments x (lanes + spans)). Ends with a newline; names are printable.
std::string timeline(const Chronicle& chronicle, std::span<const sim::Violation> violations,
                     const TimelineStyle& style = {});

}  // namespace squall::reports
