// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run.hpp"

/// How far unsound work comes when a kind of fault strikes.
namespace squall::reports {

struct BlastRow {
  std::string kind;
  std::uint64_t runs = 0;    ///< of the sample, in which a fault of this kind struck
  std::uint64_t agents = 0;  ///< sum over these: agents that made, took or read unsound work
  std::uint64_t agents_max = 0;
  std::uint64_t work = 0;  ///< sum: different pieces of unsound work that were made, taken or read
  std::uint64_t work_max = 0;

  friend bool operator==(const BlastRow&, const BlastRow&) = default;
};

struct BlastRadius {
  std::uint64_t sampled = 0;   ///< runs that were looked at; 0: none, nothing in the workflow makes work
  std::vector<BlastRow> rows;  ///< by kind, those that struck

  bool any() const;  ///< unsound work was seen
};

/// So many of a campaign's runs are looked at: one in twenty, at least 50 and at most 400, and never more than there are.
std::uint64_t blast_sample(std::uint64_t runs);

/// Plays the sample of a campaign of `runs` seeds from `first` on once more, with somebody who looks on. A campaign's own runs
/// have nobody who does: an observer for each message would cost every run. A function of the workflow, `first` and `runs`:
/// so it is one for all ways to cut a campaign into shards. Where several kinds strike in a run, it counts for each.
BlastRadius blast_radius(const scenarios::Scenario& scenario, std::uint64_t first, std::uint64_t runs);

/// A heading and a line for each kind with unsound work in its runs, each with a newline; empty where there is none.
std::string blast_text(const BlastRadius&);

}  // namespace squall::reports
