// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/instruction.hpp"
#include "sim/monitor.hpp"

/// Which observations a claim speaks of, as a compiler has made it of a user's words.
namespace squall::sim {

struct EventPattern {
  std::string text;    ///< as the user wrote it: part of witnesses
  SeenMask kinds = 0;  ///< any of these
  TopicId topic = any_topic;
  std::optional<DefinitionId> from, to;
  std::optional<std::int64_t> value;       ///< of the observation
  std::optional<std::uint32_t> detail;     ///< key, tool, event
  std::vector<std::uint32_t> positions{};  ///< of a step: its operations; empty: any
  std::vector<Instruction> where;          ///< empty: any
};

/// Whether the pattern means this observation. To be asked at once, while the rows it names are still there.
bool matches(const EventPattern& pattern, const Judging& at, const Observation& seen);

/// Whether what it asks can change by what no pattern hears of: it looks at agents.
bool looks_at_agents(const EventPattern& pattern);

/// The instance that an observation is counted for: its own; where it names none, the only one. `no_row`: none in particular.
Row instance_of(const Judging& at, const Observation& seen);

/// Who did what was observed: of what happens to a message at its receiver, its sender.
AgentId actor_of(const Observation& seen);

}  // namespace squall::sim
