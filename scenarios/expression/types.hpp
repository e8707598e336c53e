// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// Where the expressions of a workflow mix types: `n == 'yes'` with a number n, `5s + 1`, a text as a condition. Types are
/// inferred from initial values, from what is set, sent and written, and from how things are used; what nothing
/// determines is no error. The same name of a message field has one type in all messages.
///
/// Claims, the goal and further conditions on the world (`while`, and `where` with its message called `event`) are asked of
/// the same types.
std::vector<BuildError> type_errors(const Workflow& workflow, std::span<const Expression> conditions = {});

}  // namespace squall::scenarios
