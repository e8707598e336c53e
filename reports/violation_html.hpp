// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/monitor.hpp"

namespace squall::reports {

/// Why a claim is broken, for a page: the wait-for graph of a cycle beside its reasons, numbered alike.
std::string violation_html(const sim::Violation& violation);

}  // namespace squall::reports
