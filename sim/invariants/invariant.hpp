// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sim/invariants/agreement.hpp"
#include "sim/invariants/containment.hpp"
#include "sim/invariants/deadlock_freedom.hpp"
#include "sim/invariants/delivery.hpp"
#include "sim/invariants/exactly_once.hpp"
#include "sim/invariants/freshness.hpp"
#include "sim/invariants/honest_outcome.hpp"
#include "sim/invariants/livelock_freedom.hpp"
#include "sim/invariants/no_lost_update.hpp"
#include "sim/invariants/no_orphaned_wait.hpp"
#include "sim/invariants/no_orphans.hpp"
#include "sim/invariants/no_repeat.hpp"
#include "sim/invariants/proper_completion.hpp"
#include "sim/invariants/release.hpp"
#include "sim/invariants/single_owner.hpp"
#include "sim/invariants/termination.hpp"

/// An invariant as a value: which one, and its options.
namespace squall::sim {

/// One of those that are built, in the order of the catalogue.
using Invariant = std::variant<DeadlockFreedom, NoOrphanedWait, LivelockFreedom, Termination, ProperCompletion,
                               HonestOutcome, Delivery, NoOrphans, Release, ExactlyOnce, NoRepeat, SingleOwner,
                               NoLostUpdate, Freshness, Agreement, Containment>;

const char* name_of(const Invariant&);

/// What is wrong with its options in this model, as a sentence without its subject; empty where nothing is.
std::string problem(const Invariant&, const Model&);

/// Lets `invariant` judge the runs of `model`; nothing if one of its name does already. Call when everything is declared and
/// before `Model::finish`. Requires: no problem. The two judges of waits share one analysis: the first of them placed then
/// finds for both.
void place(Model& model, const Invariant& invariant);

}  // namespace squall::sim
