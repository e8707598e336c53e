// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "faults/campaign.hpp"
#include "scenarios/run.hpp"

/// Two designs under the same luck.
namespace squall::scenarios {

__extension__ using WideSum = __int128;

/// Paired differences, as sums of whole numbers: what they come to depends on no order.
struct Paired {
  std::uint64_t pairs = 0;
  WideSum first = 0, second = 0;        ///< of the values of either side
  WideSum difference = 0, squares = 0;  ///< of second - first

  void add(std::int64_t a, std::int64_t b);
  void add(const Paired& other);
};

/// In how many of the seeds a finding showed.
struct PairedFinding {
  std::string invariant;
  std::vector<std::string> witness;
  std::uint64_t only_first = 0, only_second = 0, both = 0;
};

struct Comparison {
  std::uint64_t pairs = 0;
  faults::Tally first, second;
  PairedFinding violated;                           ///< by anything at all
  std::map<std::uint64_t, PairedFinding> findings;  ///< by signature
  std::uint64_t both_well = 0;                      ///< pairs in which both sides hold: the costs below are theirs
  Paired microseconds;                              ///< virtual time to the end of the last activation
  Paired messages;                                  ///< sent
  Paired effects;                                   ///< of tools

  void add(const Comparison& other);
};

/// Plays each seed with both. Draws are named, so both sides meet the same latencies, choices and faults wherever they do
/// the same (common random numbers): what differs is the design. Threads, hooks and seeds as in `Campaign::run`.
Comparison compare(const Scenario& first, const Scenario& second, unsigned jobs, std::uint64_t first_seed,
                   std::uint64_t seeds, const faults::Hooks& hooks = {});

}  // namespace squall::scenarios
