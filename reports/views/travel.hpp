// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/views/chronicle.hpp"
#include "reports/views/snapshot.hpp"

namespace squall::reports {

/// Where time travel through a run stops: at each moment of a timed one, at each event of an untimed one.
struct Stop {
  std::uint32_t number = 0;  ///< what `squall replay --until` takes
  std::string when;          ///< `42.775s`, `event 7`
  std::string said;          ///< what happened, as a sentence
  std::uint32_t row = 0;     ///< of the space-time diagram, the first one that belongs to it …
  std::uint32_t rows = 1;    ///< … and how many do
};
std::vector<Stop> stops_of(const Chronicle& chronicle);

/// A part of a page in which a slider and keys lead from stop to stop: what each agent does, what lies in its mailbox and
/// its variables, what the context holds, before and after. It is hidden until the page's script shows it. `states`: one after each stop;
/// `diagram`: the id of the frame in which the run is drawn. Every text stands in it once, states as what they differ in.
std::string travel_html(const std::vector<Stop>& stops, const std::vector<Snapshot>& states, std::size_t start,
                        std::string_view diagram);

}  // namespace squall::reports
