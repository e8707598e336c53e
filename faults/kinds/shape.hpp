// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/agent_pause.hpp"
#include "faults/kinds/agent_restart.hpp"
#include "faults/kinds/agent_slow.hpp"
#include "faults/kinds/one_way_partition.hpp"
#include "faults/kinds/partition.hpp"
#include "faults/kinds/tool_unavailable.hpp"
#include "faults/matcher.hpp"

/// Shapes: several plain faults in a pattern of time, under one name. Arming takes a shape apart; what strikes, what a plan
/// records and what replays are its parts.
namespace squall::faults {

using PartOfShape =
    std::variant<Partition, OneWayPartition, AgentCrash, AgentRestart, AgentPause, AgentSlow, ToolUnavailable>;

struct ShapePart {
  PartOfShape fault;
  Names from, to, agent;
  std::string tool{};
  sim::Duration after{};  ///< the shape's own time
};

/// A time that says when parts follow each other has to be one time: parts cannot be placed by a draw.
constexpr bool is_one_time(const sim::Distribution& time) {
  return time.kind == sim::Distribution::Kind::constant && time.a > 0;
}
/// `n` times as long; the longest time there is where that is too long.
inline sim::Duration times(std::size_t n, const sim::Distribution& time) {
  return sim::Duration{
      sim::checked_multiply(time.a, static_cast<std::int64_t>(n)).value_or(sim::Duration::max().count())};
}

}  // namespace squall::faults
