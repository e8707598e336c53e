// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/predicate.hpp"

/// Chains: expressions that need no stack. `done / msg.place % 64 == 0` begins with a value that is at hand, and each of its
/// operations takes one more of them: a constant, a variable, something of a message. Most conditions and sums of programs
/// are such. What is found at hand is decided when they are compiled (`Instruction::operand`).
namespace squall::sim {

/// The chain that computes what `code` does, with the same errors; empty where there is none.
std::vector<Instruction> chain_of(Predicate code);

inline bool is_chain(Predicate code) { return !code.empty() && code.front().operand != 0; }

/// Computes a chain. No allocation.
Value run_chain(Predicate chain, const World& world, Row activation, Row candidate);

/// Whether it has a value other than 0. What most conditions are, one comparison, costs least.
bool chain_holds(Predicate chain, const World& world, Row activation, Row candidate);

/// What `of` pushes of a message: sender, topic, request, attempt, artifact.
std::int64_t about(const MessageRow& message, Instruction::Code of);

}  // namespace squall::sim
