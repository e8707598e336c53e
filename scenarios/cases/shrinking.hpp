// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cases/case_file.hpp"
#include "scenarios/file.hpp"

/// From a run that fails to the smallest case that fails alike.
namespace squall::scenarios {

struct ShrinkOptions {
  std::optional<std::uint64_t> signature;  ///< which violation has to stay; the first one of the run otherwise
  std::uint64_t runs_max = 2'000;
  bool faults_only = false;  ///< leaves the workflow itself as it is
  bool times = false;  ///< last, drawn times of work and sleep become the shortest that could be drawn, and pauses
                       ///< before retries none
};

/// An injection of the run that was shrunk.
struct Injected {
  faults::Line line;
  sim::Instant at{};
  bool needed = false;  ///< it is in the shrunk plan
};

/// A case that fails with the signature of the run that it was shrunk from.
struct ShrunkCase {
  std::uint64_t seed = 0;
  std::uint64_t signature = 0;
  std::string invariant;
  std::vector<Injected> injected;     ///< what struck in the run that was shrunk
  std::vector<std::string> left_out;  ///< what of the workflow turned out not to matter, a half sentence each
  Changes change;
  std::vector<Pins::Answer> set;  ///< times that turned out not to matter, each the shortest that could be drawn
  faults::Plan plan;
  bool minimal = false;    ///< each fault was left out alone, and then this violation was gone. False: the budget ended
  std::uint64_t runs = 0;  ///< that shrinking played
  CaseFile file;           ///< with digest and expectation; extends the workflow's file, in its folder
  Loaded loaded;           ///< the case as it reads
  Recording recording;     ///< of its run
};

/// Plays `seed` of the workflow at `path` and shrinks what it violates: faults by ddmin, then instances, replicas, agents,
/// delays of arrivals, of the network and of late starts; then delays and durations of the faults that are left, to zero or
/// to the least that a person would write; and the faults once more if anything has changed. With `times`, what work and sleep
/// draw and the pauses before retries as well: by ddmin over the draws of the run, so that each time that stays as it was
/// drawn matters.
/// Each step is kept only where its run has a violation with the signature. Nothing where the run has none. Equal results
/// whatever the machine. Requires: `workflow` is what `path` holds, and can be played.
std::optional<ShrunkCase> shrink(const std::string& path, const Loaded& workflow, std::uint64_t seed,
                                 const ShrinkOptions& options = {});

/// Whether its witness or its reasons name this agent.
bool speaks_of(const sim::Violation& violation, const std::string& agent);

}  // namespace squall::scenarios
