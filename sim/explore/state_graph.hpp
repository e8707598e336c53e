// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/promised.hpp"
#include "sim/explore/task.hpp"
#include "sim/explore/visited.hpp"

namespace squall::sim {

/// All states that a model can reach untimed, in the order of a breadth-first search, with the steps between them: what
/// claims about whole runs are decided on. What violates something has no steps, as in a search.
///
/// Memory: 8 bytes a step and some 40 a state, besides what is still to be expanded.
class StateGraph {
 public:
  using State = std::uint32_t;
  static constexpr std::uint32_t none = 0xffff'ffffU;
  struct Edge {
    State to = none;
    std::uint32_t task = none;  ///< who acts; none: a fault
  };
  struct Options {
    std::uint64_t states_max = 10'000'000;
    std::function<bool()> stop{};  ///< asked now and then; true: the graph stays incomplete
  };

  StateGraph(const Exploration& exploration, const Options& options);

  bool complete() const { return complete_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(fingerprints_.size()); }
  std::span<const Edge> edges(State state) const {
    return std::span{edges_}.subspan(begins_[state], begins_[state + 1] - begins_[state]);
  }
  /// Tasks that can act in this state, sorted.
  const std::vector<std::uint32_t>& enabled(State state) const { return task_sets_[enabled_[state]]; }
  /// Numbers of what is promised there and has not come yet, sorted.
  const std::vector<std::uint32_t>& promised(State state) const { return promise_sets_[promised_[state]]; }
  const std::vector<PromiseId>& promises() const { return promises_; }
  /// From an initial state to this one, as few steps as there can be.
  std::vector<State> path_to(State state) const;
  std::uint64_t fingerprint(State state) const { return fingerprints_[state]; }

 private:
  template <class Key>
  static std::uint32_t number_of(std::map<Key, std::uint32_t>& known, std::vector<Key>& list, Key key);

  State insert(const World& world, State parent);
  void expand(State state);
  std::uint32_t promises_of(const World& world);

  Exploration exploration_;
  Odometer odometer_;
  Violations violations_;
  Run run_;
  Enabled listing_;
  Tasks tasks_;
  Content content_;
  World parent_, child_;
  Visited visited_;
  std::vector<State> state_of_place_;
  Frontier frontier_;
  bool complete_ = true;

  std::vector<std::uint64_t> fingerprints_;
  std::vector<State> parents_;
  std::vector<std::size_t> begins_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> enabled_, promised_;
  std::map<SiteKey, std::uint32_t> task_numbers_;
  std::vector<SiteKey> task_list_;
  std::map<PromiseId, std::uint32_t> promise_numbers_;
  std::vector<PromiseId> promises_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> task_set_numbers_, promise_set_numbers_;
  std::vector<std::vector<std::uint32_t>> task_sets_, promise_sets_;
};

}  // namespace squall::sim
