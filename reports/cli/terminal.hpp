// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/timeline.hpp"

namespace squall::reports::cli {

/// How standard output wants a timeline: as wide as the terminal, or as $COLUMNS says, else 100 columns; coloured on a
/// terminal unless $NO_COLOR is set to something (no-color.org) or it is a dumb one; ASCII where the locale is not UTF-8.
TimelineStyle terminal_style();

}  // namespace squall::reports::cli
