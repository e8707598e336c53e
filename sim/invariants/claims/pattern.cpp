// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/claims/pattern.hpp"

#include <algorithm>

#include "sim/model.hpp"
#include "sim/predicate.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Of these, `row` is a message.
constexpr SeenMask of_messages =
    bits(Seen::sent, Seen::lost, Seen::delivered, Seen::dead_letter, Seen::dropped, Seen::consumed);

bool is_of(const Judging& at, AgentId agent, std::optional<DefinitionId> definition) {
  if (!definition) return true;
  return index(agent) < at.world.used(Pool::agents) && at.world.agent(agent).definition == *definition;
}

/// A write that was not kept has not happened; a `do` that failed without a report is a reported failure.
bool means(const EventPattern& pattern, const Judging& at, const Observation& seen) {
  if (seen.kind == Seen::wrote && seen.row == no_row) return false;
  if (seen.kind == Seen::closed) {
    const InstanceRow& instance = at.world.instance(seen.instance);
    return instance.outcome == ReportedOutcome::none && instance.failed_roots != 0 && pattern.value.value_or(0) == 0;
  }
  return !pattern.value || seen.value == *pattern.value;
}

}  // namespace

AgentId actor_of(const Observation& seen) {
  switch (seen.kind) {
    case Seen::consumed:
    case Seen::delivered:
    case Seen::dead_letter:
    case Seen::dropped: return seen.other;
    default: return seen.agent;
  }
}

bool matches(const EventPattern& pattern, const Judging& at, const Observation& seen) {
  if ((pattern.kinds & bit(seen.kind)) == 0) return false;
  if (pattern.topic != any_topic && pattern.topic != seen.topic) return false;
  if (pattern.detail && *pattern.detail != seen.detail) return false;
  if (!pattern.positions.empty() && std::ranges::find(pattern.positions, seen.detail) == pattern.positions.end())
    return false;
  const AgentId actor = actor_of(seen);
  if (!is_of(at, actor, pattern.from) || !is_of(at, actor == seen.agent ? seen.other : seen.agent, pattern.to))
    return false;
  if (!means(pattern, at, seen)) return false;
  if (pattern.where.empty()) return true;
  const Row message = (of_messages & bit(seen.kind)) != 0 ? seen.row : no_row;
  const Value holds = evaluate(
      pattern.where,
      {.model = at.model, .world = at.world, .candidate = message, .instance = instance_of(at, seen), .event = &seen});
  return holds.error == Error::none && holds.value != 0;
}

bool looks_at_agents(const EventPattern& pattern) {
  return std::ranges::any_of(pattern.where, [](const Instruction& each) {
    switch (each.code) {
      case Instruction::Code::agent_definition:
      case Instruction::Code::agent_state:
      case Instruction::Code::agent_inbox:
      case Instruction::Code::agent_variable:
      case Instruction::Code::all_agents:
      case Instruction::Code::some_agent:
      case Instruction::Code::count_agents: return true;
      default: return false;
    }
  });
}

Row instance_of(const Judging& at, const Observation& seen) {
  if (seen.instance != no_row) return seen.instance;
  return at.model.load.instances == 1 && at.world.used(Pool::instances) != 0 ? 0 : no_row;
}

}  // namespace squall::sim
