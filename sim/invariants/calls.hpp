// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/monitor.hpp"

/// What the judges of cost share: when a call counts.
namespace squall::sim {

/// Whether this observation is where its call counts: at its effect, or at its answer where it had none. So each call
/// counts once, also one whose caller has given up; a refused call that nobody waits for any more is the one that is not
/// seen. `seen` is an effect or an answer, at once.
bool counts_as_call(const Judging& at, const Observation& seen);

}  // namespace squall::sim
