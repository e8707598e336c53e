// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

/// A tree of conditions as `ends-when` says it.
struct TeamEnd {
  std::string when;
  std::vector<std::string> keys;  ///< that whoever speaks writes, when it says what a condition waits for
  bool bounded = false;           ///< turns, tokens or time are bounded
};

/// Whether a tree says more than a number of turns and a signal can: all of several conditions, or a time.
bool needs_tree(const Node& config);

/// The tree of a team's config. `names`: of its participants. `more`: turns that this tool counts and that one does not.
TeamEnd team_end(Foreign& foreign, const Node& config, const std::map<std::string, std::string>& names,
                 std::uint64_t more);

/// `max_turns` and `termination_condition` of a team's config. Any member of an or can stop it; of an and, all have to.
/// `turns`: a bound that this kind of team has by itself.
/// `tree`: the conditions are told as a tree, and only `max_turns` is asked for.
TeamStop team_stop(Foreign& foreign, const Node& config, std::optional<std::uint64_t> turns, bool tree = false);

}  // namespace squall::scenarios::imports
