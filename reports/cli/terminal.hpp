// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "reports/timeline.hpp"

namespace squall::reports::cli {

/// How standard output wants a timeline: as wide as the terminal, or as $COLUMNS says, else 100 columns; coloured on a
/// terminal unless $NO_COLOR is set to something (no-color.org) or it is a dumb one; ASCII where the locale is not UTF-8.
TimelineStyle terminal_style();
/// Whether standard output is coloured: as for a timeline.
bool has_colours();
/// Columns of the terminal behind this file descriptor, or as $COLUMNS says, else 100.
std::size_t columns_of(int descriptor);

}  // namespace squall::reports::cli
