// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/history/history.hpp"

namespace squall::reports {

/// What processes asked for, from when to when.
struct TimelinePicture {
  struct Bar {
    std::string process;
    std::string label;
    sim::history::Moment from = 0;
    sim::history::Moment to = sim::history::never;  ///< `never`: it goes on to the right end
    bool marked = false;                            ///< what cannot be explained
    bool faint = false;                             ///< what need not have happened
  };
  std::string title;
  std::vector<Bar> bars;
};

/// A row for each process, a column for each moment in their order, since in real time the short calls would be too thin to
/// read. An inert SVG: no script, no link, all names escaped.
std::string to_svg(const TimelinePicture& picture);

}  // namespace squall::reports
