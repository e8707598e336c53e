// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// The workflow by which the speed of simulation is measured: six agents, six tasks, rework, a lock, resends.
///
/// The planner gives each task to a coder and sends it again, at most twice, where it is not done within 2 ms. A coder
/// takes the store's lock, works, writes and hands over to the tester, who sends one in four back. Docs reads the written
/// version from the store and reports the task as done. Messages take 1 to 41 microseconds and may overtake each other.
/// The faults that belong to it: 2 % loss, 1 % duplicates, 5 % delayed tenfold.
Workflow w6();

}  // namespace squall::scenarios
