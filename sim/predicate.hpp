// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/error.hpp"
#include "sim/instruction.hpp"
#include "sim/model.hpp"
#include "sim/observe.hpp"
#include "sim/world.hpp"

/// Compiled expressions: postfix code over integers and booleans. What programs, matchers and claims compute with.
namespace squall::sim {

/// Deepest stack that compiled code may need; a compiler refuses what needs more.
inline constexpr std::size_t predicate_stack = 16;

using Predicate = std::span<const Instruction>;

struct Value {
  std::int64_t value = 0;
  Error error = Error::none;  ///< overflow, no_field: there is no value
};

/// What an expression sees. Of a program: its activation, perhaps a candidate. Of a claim: an instance, perhaps an event.
struct PredicateScope {
  const Model& model;
  const World& world;
  Row activation = no_row;
  Row candidate = no_row;                 ///< a message
  Row instance = no_row;                  ///< where there is no activation
  const Observation* event = nullptr;     ///< its message, if it has one, is the candidate
  const std::uint32_t* counts = nullptr;  ///< by pattern
};

/// How an agent looks. O(its activations).
ShownState shown_state(const Model& model, const World& world, AgentId agent);

/// What must be observed for the value of `code` to change, apart from counters and the event itself; all of it where it
/// reads the time.
SeenMask stirred_by(Predicate code);

/// Computes an expression. Requires code that a compiler has checked: it fits the stack and leaves one value. No allocation.
Value evaluate(Predicate code, const PredicateScope& scope);

}  // namespace squall::sim
