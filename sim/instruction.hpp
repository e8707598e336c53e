// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// What compiled expressions consist of (`predicate.hpp`).
namespace squall::sim {

/// Where an instruction finds the message it asks about.
enum class MessageRef : std::uint16_t {
  candidate = 0xffffU,  ///< the message that a matcher is asked about
  handled = 0xfffeU,    ///< the one that a handler works on
  element = 0xfffdU     ///< the one that the enclosing `fold` has reached; smaller: the local of this number holds it
};

/// One instruction. Truth is any value but 0; comparisons yield 0 or 1. Agents are their number + 1, nobody is 0.
struct Instruction {
  enum class Code : std::uint8_t {
    constant,  ///< pushes `value`
    local,
    cell,       ///< pushes variable `a` of the activation, of the agent
    field,      ///< pushes field `b` of message `a`; fails `no_field` where it was not given
    has_field,  ///< whether it was given
    sender,
    topic,
    request,
    attempt,
    artifact,   ///< of message `a`; artifact: its row + 1, 0 none
    list_size,  ///< how many messages the list in local `a` holds
    self,
    member,
    instance,
    now,  ///< agent + 1; number within its definition; number in the load; nanoseconds since the start
    add,
    subtract,
    multiply,
    divide,
    remainder,
    negate,  ///< fail `overflow` where the result does not fit
    divide_by_power,
    remainder_by_power,  ///< of chains alone: by 2 to the power `b`; `value` is that number less one
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    negation,
    minimum,
    maximum,
    jump,           ///< to instruction `b`
    jump_if_false,  ///< pops; to `b` if it was 0
    and_then,       ///< if the top is 0, to `b`, leaving it as 0; else pops it
    or_else,        ///< if the top is not 0, to `b`, leaving it as 1; else pops it
    truth,          ///< top becomes 0 or 1
    require,        ///< pops; fails `no_field` if it was 0
    fold_all,
    fold_exists,
    fold_count,  ///< over the list in local `a`: the instructions up to `b` are asked of each element

    // The world, for claims, goals and triggers. Agent `b`; `element_agent`: the one that the enclosing fold has reached.
    agent_definition,  ///< number of its definition
    agent_state,       ///< `ShownState`
    agent_inbox,       ///< messages in its mailbox
    agent_variable,    ///< its cell `a`
    key_value,
    has_key_value,
    key_version,  ///< of key `a`, the newest: its value (fails `no_field` where it has none), whether it has one, its number
    held,         ///< how many slots of resource `a` are taken
    effects,  ///< how many effects of tool `a` happened in the instance; where effects are kept
    outcome,  ///< that was reported of the instance: `ReportedOutcome`
    counter,  ///< events of pattern `a` so far
    event_from,
    event_to,
    event_topic,
    event_value,  ///< of the event that is asked about; agent + 1, 0 none
    all_agents,
    some_agent,
    count_agents  ///< the instructions up to `b` are asked of each agent
  } code;
  std::uint8_t operand = 0;  ///< of a chain (`chain.hpp`): 1 + the code that pushes what it works with; else 0
  std::uint16_t a = 0;
  std::uint32_t b = 0;
  std::int64_t value = 0;
};
static_assert(sizeof(Instruction) == 16);

/// In `Instruction::b`, in place of an agent's number.
inline constexpr std::uint32_t element_agent = 0xffff'ffffU;

/// How an agent looks from outside.
enum class ShownState : std::uint8_t {
  down,
  ended,    ///< a spawned member that has finished
  idle,     ///< has nothing to do
  waiting,  ///< all it has in hand waits for others
  working
};

}  // namespace squall::sim
