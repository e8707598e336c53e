// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/monitor.hpp"
#include "sim/wait_for.hpp"

/// Findings of the wait-for analysis as violations: a witness that names roles and topics, and sentences of this run.
namespace squall::sim {

struct Model;
class World;

/// The witness is the cycle. Reasons, where asked for: one for each edge of the cycle, then one for each that waits behind.
Violation describe(const Model& model, const World& world, const Deadlock& deadlock, bool reasons);

/// The witness says who waits for what. Reasons, where asked for: that nobody can hand it out, then for each that could have
/// why it will not, then one for each that waits behind. Requires: the world is the one in which it was found.
Violation describe(const Model& model, const World& world, const Orphan& orphan, bool reasons);

/// `5 min`, `90 s`, `1.25 s`: in the largest unit that needs no more than three decimals, cut after the third.
std::string in_words(Duration duration);

}  // namespace squall::sim
