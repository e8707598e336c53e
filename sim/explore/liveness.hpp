// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/search.hpp"
#include "sim/explore/state_graph.hpp"

namespace squall::sim {

/// Which endless runs count.
enum class AssumedFairness : std::uint8_t {
  none,  ///< all, also those in which somebody who could act all the time never does
  weak   ///< those in which every task that can act all the time acts some time. Answers to choices are free
};

struct LivenessResult {
  bool complete = false;  ///< all states were looked at
  std::uint64_t states = 0;
  std::vector<Finding> findings;  ///< each with the step at which its endless part begins
};

/// Whether an endless run breaks a promise (`Monitor::promises`): a cycle of states in which it is owed all the time. By
/// strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972) of the states that owe it;
/// a component is fair if each task that can act in all of its states acts in it. Finite runs are judged by monitors.
/// Tells one cycle for each promise, as a path to it and once round: not the shortest one. Linear in the graph for each
/// promise that is owed somewhere.
LivenessResult check_liveness(const Exploration& exploration, AssumedFairness fairness,
                              const StateGraph::Options& options = {});

/// A sentence about an endless run, whose cycle has so many events.
std::string for_ever(std::size_t events);

/// Whether any monitor of the model promises something.
bool promises_anything(const Model& model);

}  // namespace squall::sim
