// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// Four agents ship a feature. The tester waits for docs, and the docs wait for tested code: the cycle coder -> tester ->
/// docs -> coder is a deadlock, though the coder gives up after 5 minutes, and the planner waits behind it.
Workflow feature_team();

/// The same team, but the tester begins with whatever comes first: nobody waits in a circle.
Workflow feature_team_fixed();

}  // namespace squall::scenarios
