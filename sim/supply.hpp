// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/ids.hpp"

namespace squall::sim {

/// One thing that a program can hand out: what a wait of somebody else may be for.
struct Supply {
  enum class Kind : std::uint8_t {
    message,  ///< `topic` to members of `to` (or to anybody)
    publish,  ///< `topic` to whoever subscribes or takes
    reply,    ///< an answer to what it was asked
    release,  ///< of `resource`
    finish,   ///< its own end, for whoever joins it
    spawn,    ///< new members of `to`: whatever these hand out may still come, from agents that do not exist yet
    cancel    ///< the end of waits of members of `to` (or of anybody): they go on as cancelled
  } kind = Kind::message;
  bool to_anybody = false;
  TopicId topic = any_topic;
  ResourceId resource = no_resource;
  DefinitionId to{};
};

/// Where an activation that waits goes on.
struct WaitReach {
  std::uint32_t success = 0;  ///< row of `reach`: what it can hand out once its wait is met
  std::uint32_t otherwise =
      0;  ///< row of `reach`: what it can hand out once a deadline in whose scope it waits has struck
};

/// What a program can still hand out from each position: a bit set over its `facts`, closed over its control graph at build.
/// A deadline frees the waiter, but hands out only what its other branch supplies: hence two rows for each wait.
/// A fact too many delays or hides a finding, a missing one is a false alarm: where in doubt, leave it in.
struct SupplyTable {
  std::vector<Supply> facts;
  std::uint32_t words = 0;           ///< 64-bit words of one row
  std::vector<std::uint64_t> reach;  ///< row r: words [r * words, (r + 1) * words)
  std::vector<std::uint32_t>
      row_of_pc;  ///< from position pc on, whatever happens: failure, timeout and cancellation included
  std::vector<WaitReach> waits_of_pc;  ///< valid where pc waits: messages, replies, resources, children, room
  std::span<const std::uint64_t> row(std::uint32_t r) const { return {reach.data() + std::size_t{r} * words, words}; }
};

/// The table of an agent that can hand out all of `facts` for as long as it lives: what struct agents declare.
inline SupplyTable always_supplies(std::vector<Supply> facts) {
  SupplyTable table;
  table.words = static_cast<std::uint32_t>((facts.size() + 63) / 64);
  table.reach.assign(table.words, 0);
  for (std::size_t f = 0; f < facts.size(); ++f) table.reach[f / 64] |= std::uint64_t{1} << (f % 64);
  table.row_of_pc = {0};
  table.waits_of_pc = {{.success = 0, .otherwise = 0}};
  table.facts = std::move(facts);
  return table;
}

}  // namespace squall::sim
