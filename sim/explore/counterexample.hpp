// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/apply.hpp"
#include "sim/content.hpp"
#include "sim/explore/enabled.hpp"

namespace squall::sim {

/// One event of a counterexample. Re-run: from the initial world, in order, with these answers to what is asked.
struct Step {
  Event event;
  Move move{};  ///< where the event is a move
  std::vector<std::uint32_t> answers;
  std::string text;  ///< its name among those that could have come instead: see `event_names`
};

/// How the initial state of an explored world is made; the rest follows from the model.
struct Exploration {
  const Model& model;
  const Interposer* faults = nullptr;
  std::uint32_t fault_budget = 0;
  ContentOptions content;
  bool idle_steps = true;  ///< an event that changes no agent and sends nothing is a step
  Timers timers = Timers::any;
};

/// The initial world of `exploration`, under `run`.
void begin_explored(World& world, Run& run, const Exploration& exploration);

/// A run through states with these fingerprints, the first an initial state's. Found by trying, at each state, every event
/// with every sequence of answers. Only as long as fingerprints came from worlds of the same exploration: else an empty path.
/// `begin` takes the answers to what is asked at the beginning.
std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin);

/// Runs a path again and shows it to `sink`. Returns the world at its end. `judged`: takes what monitors find; null: none are
/// asked, and what they remember stays as it was.
World retrace(const Exploration& exploration, const std::vector<std::uint32_t>& begin, const std::vector<Step>& path,
              Sink& sink, Violations* judged = nullptr);

}  // namespace squall::sim
