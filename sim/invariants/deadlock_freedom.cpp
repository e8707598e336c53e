// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/deadlock_freedom.hpp"

#include "sim/invariants/waiting.hpp"

namespace squall::sim {

const Monitor DeadlockFreedom::monitor{
    .name = DeadlockFreedom::name,
    .claim = DeadlockFreedom::claim,
    .listens = wait_occasions,
    .bytes = sizeof(WaitMemory),
    .on = [](const Model& model, const World& world, const Observation& seen, std::byte* memory, Violations& found) {
      judge_waits(model, world, seen, memory, found, Judged::deadlocks);
    },
    .end = [](const Model& model, const World& world, std::byte* memory, bool, Violations& found) {
      judge_waits_at_end(model, world, memory, found, Judged::deadlocks);
    }};

}  // namespace squall::sim
