// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// The last word of the name by which a component says what it is: `autogen_agentchat.teams.RoundRobinGroupChat`.
std::string class_of(const std::string& provider);

/// When a team stops, of a tree of termination conditions.
struct TeamStop {
  std::optional<std::uint64_t> turns;  ///< after so many turns of agents at the latest
  bool bounded = false;                ///< turns, tokens or time are bounded
  bool signal = false;                 ///< somebody has to say so: a text, a handoff, a call
  std::set<std::string> after;         ///< whenever one of these agents has spoken
};

/// `max_turns` and `termination_condition` of a team's config. Any member of an or can stop it; of an and, all have to.
/// `turns`: a bound that this kind of team has by itself.
TeamStop team_stop(Foreign& foreign, const Node& config, std::optional<std::uint64_t> turns);

}  // namespace squall::scenarios::imports
