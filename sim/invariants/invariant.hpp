// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sim/invariants/agreement.hpp"
#include "sim/invariants/bounded_waits.hpp"
#include "sim/invariants/budget.hpp"
#include "sim/invariants/causal.hpp"
#include "sim/invariants/compensation.hpp"
#include "sim/invariants/containment.hpp"
#include "sim/invariants/deadline.hpp"
#include "sim/invariants/deadlock_freedom.hpp"
#include "sim/invariants/delivery.hpp"
#include "sim/invariants/exactly_once.hpp"
#include "sim/invariants/fairness.hpp"
#include "sim/invariants/freshness.hpp"
#include "sim/invariants/guard_before_effect.hpp"
#include "sim/invariants/honest_outcome.hpp"
#include "sim/invariants/isolation.hpp"
#include "sim/invariants/linearizable.hpp"
#include "sim/invariants/livelock_freedom.hpp"
#include "sim/invariants/monotonic_reads.hpp"
#include "sim/invariants/monotonic_writes.hpp"
#include "sim/invariants/no_dead_step.hpp"
#include "sim/invariants/no_fork.hpp"
#include "sim/invariants/no_lost_update.hpp"
#include "sim/invariants/no_orphaned_wait.hpp"
#include "sim/invariants/no_orphans.hpp"
#include "sim/invariants/no_repeat.hpp"
#include "sim/invariants/proper_completion.hpp"
#include "sim/invariants/queue_bounds.hpp"
#include "sim/invariants/read_your_writes.hpp"
#include "sim/invariants/recovery.hpp"
#include "sim/invariants/release.hpp"
#include "sim/invariants/retry_amplification.hpp"
#include "sim/invariants/roles.hpp"
#include "sim/invariants/sequential.hpp"
#include "sim/invariants/single_owner.hpp"
#include "sim/invariants/termination.hpp"
#include "sim/invariants/verified.hpp"
#include "sim/invariants/writes_follow_reads.hpp"

/// An invariant as a value: which one, and its options.
namespace squall::sim {

/// One of those that are built, in the order of the catalogue.
using Invariant =
    std::variant<DeadlockFreedom, NoOrphanedWait, LivelockFreedom, Termination, BoundedWaits, NoDeadStep, Fairness,  //
                 ProperCompletion, HonestOutcome, Delivery, NoOrphans, Release,                                      //
                 ExactlyOnce, NoRepeat, SingleOwner, GuardBeforeEffect, Compensation,                                //
                 NoLostUpdate, Freshness, ReadYourWrites, MonotonicReads, MonotonicWrites, WritesFollowReads, Causal,
                 Sequential, Linearizable, Agreement, Isolation, NoFork,  //
                 Containment, Verified, Roles,                            //
                 Budget, Deadline, RetryAmplification, Recovery, QueueBounds>;

const char* name_of(const Invariant&);

/// What is wrong with the options of an invariant, as a sentence without its subject, and what to do about it.
struct Trouble {
  std::string what;
  std::string fix;
};
/// Nothing where its options suit this model.
std::optional<Trouble> problem(const Invariant&, const Model&);

/// Lets `invariant` judge the runs of `model`; nothing if one of its name does already. Call when everything is declared and
/// before `Model::finish`. Requires: no problem. The two judges of waits share one analysis: the first of them placed then
/// finds for both.
void place(Model& model, const Invariant& invariant);

}  // namespace squall::sim
