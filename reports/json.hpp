// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "reports/suite.hpp"
#include "reports/views/snapshot.hpp"
#include "scenarios/run.hpp"

/// Results for programs. Every text is one JSON object in ASCII with a newline behind it. Digests and signatures are texts,
/// since they have more bits than the numbers of many readers.
namespace squall::reports {

/// One run: `version workflow seed verdict violations[{invariant, signature, at_ns, story[]}] faults[{kind, plan}] events
/// virtual_ns digest`, and what the story tells besides: `halt open unstruck replay`.
std::string run_json(const scenarios::Scenario& scenario, const scenarios::Recording& recording, sim::Seed seed,
                     const std::string& replay);

/// A moment of a run: `n at_ns said agents[{name, doing[], mailbox[]}] things[{name, holds}]`.
std::string snapshot_json(const Snapshot& snapshot, std::uint64_t number, sim::Instant at, const std::string& said);

/// A suite: `version passed failed undecided files[…]`.
std::string suite_json(std::span<const FileReport> files);

}  // namespace squall::reports
