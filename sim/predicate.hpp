// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/error.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

/// Compiled expressions: postfix code over integers and booleans. What programs, matchers and claims compute with.
namespace squall::sim {

/// Deepest stack that compiled code may need; a compiler refuses what needs more.
inline constexpr std::size_t predicate_stack = 16;

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
    fold_count  ///< over the list in local `a`: the instructions up to `b` are asked of each element
  } code;
  std::uint8_t spare = 0;
  std::uint16_t a = 0;
  std::uint32_t b = 0;
  std::int64_t value = 0;
};
static_assert(sizeof(Instruction) == 16);

using Predicate = std::span<const Instruction>;

struct Value {
  std::int64_t value = 0;
  Error error = Error::none;  ///< overflow, no_field: there is no value
};

/// What an expression sees.
struct PredicateScope {
  const Model& model;
  const World& world;
  Row activation;
  Row candidate = no_row;
};

/// Computes an expression. Requires code that a compiler has checked: it fits the stack and leaves one value. No allocation.
Value evaluate(Predicate code, const PredicateScope& scope);

}  // namespace squall::sim
