// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/views/chronicle.hpp"
#include "sim/monitor.hpp"

/// A run as a space-time diagram (Lamport, "Time, Clocks, and the Ordering of Events", 1978): a lane for each agent, time
/// downwards, an arrow for each message. One row for each moment: the distance between two rows is no time, times stand at
/// the left.
namespace squall::reports {

struct SpaceTime {
  std::string svg;          ///< one <svg> element, which needs no script and no style sheet
  std::string head;         ///< the lanes' names alone, another <svg> element, for a page that keeps them in sight
  std::string description;  ///< what it shows in sentences, for those who do not see it
  std::string legend;       ///< an HTML list of the signs that occur in it, each with its meaning
};

/// Lost messages end in a cross, delayed ones are dashed, copies have a ring at their start, refused ones end in a bar. Waits
/// are thin lines beside a lane, those without an end thick and dashed; holds are boxes, crashes hatched. Shapes alone say
/// it all; colours by the classes of `reports/page/page.css`. Violations are rules across all lanes.
/// `id` tells its definitions from those of other figures of a page: letters, digits and `-`.
SpaceTime space_time(const Chronicle& chronicle, std::span<const sim::Violation> violations,
                     std::string_view id = "run");

/// Rows of the diagram are so high, and the first one begins so far down: the page's script moves its mark by these.
inline constexpr int space_time_row = 22;
inline constexpr int space_time_top = 44;

/// The signs that occur in a diagram, as an HTML list; those of `chronicle` and its violations.
std::string space_time_legend(const Chronicle& chronicle, std::span<const sim::Violation> violations);

/// A deadlock as a wait-for graph: who waits on a circle, an arrow to whom it waits for, numbered as the reasons are. Empty
/// for a violation that is no cycle. `id` as above.
std::string wait_for_figure(const sim::Violation& violation, std::string_view id);

}  // namespace squall::reports
