// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/reader/record.hpp"
#include "sim/explore/schedule.hpp"

namespace squall::scenarios {

/// `schedule`: the decisions of an untimed run. Whether there are events of these names only the run can tell.
sim::Schedule read_schedule(Record& record);

}  // namespace squall::scenarios
