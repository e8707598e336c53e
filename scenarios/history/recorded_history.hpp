// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/run.hpp"
#include "sim/history/history.hpp"

/// The shared context of a run as a history, for the same checkers that judge histories from somewhere else.
namespace squall::scenarios {

/// Every operation on a context key, in the order in which they began, each key a register of versions: a read answers with
/// the number of the version it saw (0: as it was at the start), a write gives the number of the version it became, a refused
/// one has failed. Each version is written once, so all checkers of unique writes apply. A write that a fault has swallowed
/// was acknowledged with a version of its own that nobody ever sees. Process: the agent and its activation; of several
/// instances, the key's name says which. Moments are numbers of observations.
///
/// An operation takes effect when it begins; it has returned when its activation is seen again. What never returned is
/// unknown. O(observations).
sim::history::History history_of(const Scenario& scenario, const Recording& recording);

/// The history as JSON lines, as `squall history check` reads them: values are [key, version] pairs.
std::string history_lines(const sim::history::History& history);

}  // namespace squall::scenarios
