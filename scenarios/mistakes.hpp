// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// What a workflow that can be built and run says and cannot mean: locals that are used before they are surely set, types that
/// are mixed. Refused in files and by `scenario`; `Workflow::build` alone takes such programs as they are. `conditions`: further
/// ones on its world, of faults.
std::vector<BuildError> mistakes(const Workflow& workflow, std::span<const Expression> conditions = {});

}  // namespace squall::scenarios
