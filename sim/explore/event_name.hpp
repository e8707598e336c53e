// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/apply.hpp"

/// Names of what can happen in an untimed world. They say who and what, never a row or an instant, so they mean the same
/// event after an unrelated change of the workflow.
namespace squall::sim {

/// `planner -> coder task`. Requires: the message lives.
std::string message_name(const Model& model, const World& world, Row message);

/// `planner -> coder task`, `coder work done`, `coder action 2`, `message-loss of planner -> coder task`; under load with
/// ` [instance 3]`. `moves` numbers the moves, which `faults` names.
std::string event_name(const Model& model, const World& world, Event event, const Interposer* faults,
                       const std::vector<Move>& moves);

/// Names of `events`, all different: of those that are called alike each but the first is told apart as ` (2)`, ` (3)`, …:
/// messages by when they were sent, timers by the age of the activation that they resume.
std::vector<std::string> event_names(const Model& model, const World& world, const std::vector<Event>& events,
                                     const Interposer* faults, const std::vector<Move>& moves);

}  // namespace squall::sim
