// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "faults/line.hpp"

namespace squall::faults {

/// What may strike, with chances. Each line's dice are named by its kind and its place among the lines of that kind, and
/// by what it rolls for: another kind of fault, added or left out, moves none of them.
struct Profile {
  std::vector<Line> lines;
  /// Swarm testing (Groce et al., "Swarm Testing", ISSTA 2012): a draw per run decides which lines exist at all and how
  /// strong they are. Off: chances are used as written.
  bool swarm = false;
};

/// What is wrong with it, for `model`; empty where nothing is.
std::vector<Trouble> check(const sim::Model& model, const Profile& profile);

/// The chance that a line of key `line` has in the run of key `run`, where swarm is on: in every second run none at all, else
/// a quarter, half, once, twice or four times what was written, equally often, but no more than 100 %.
std::optional<sim::Probability> swarm_chance(std::uint64_t run, sim::SiteKey line, sim::Probability written);

}  // namespace squall::faults
