// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sim/monitor.hpp"

namespace squall::reports {

/// Why a claim is broken, for a page: the wait-for graph of a cycle beside its reasons, numbered alike. `timed`: whether it
/// can be said when. `id` tells the figure's definitions from those of others on the page.
std::string violation_html(const sim::Violation& violation, bool timed, std::string_view id);

}  // namespace squall::reports
