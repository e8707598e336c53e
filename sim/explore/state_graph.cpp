// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/state_graph.hpp"

#include <algorithm>
#include <utility>

namespace squall::sim {

template <class Key>
std::uint32_t StateGraph::number_of(std::map<Key, std::uint32_t>& known, std::vector<Key>& list, Key key) {
  const auto [place, is_new] = known.try_emplace(key, static_cast<std::uint32_t>(list.size()));
  if (is_new) list.push_back(std::move(key));
  return place->second;
}

StateGraph::StateGraph(const Exploration& exploration, const Options& options)
    : exploration_(exploration),
      run_{.model = exploration.model,
           .decide = odometer_,
           .faults = exploration.faults,
           .violations = &violations_,
           .timed = false},
      listing_(exploration.model, exploration.faults, exploration.timers),
      tasks_(exploration.model),
      content_(exploration.model, exploration.content),
      parent_(exploration.model, Half::state_only),
      child_(parent_),
      state_of_place_(visited_.capacity(), none),
      frontier_(parent_) {
  violations_.wants_reasons = false;
  run_.moves = &listing_.moves();
  run_.notes_deliveries = exploration.content.last_delivered;
  do {
    begin_explored(child_, run_, exploration_);
    insert(child_, none);
  } while (odometer_.next());
  std::uint32_t expanded = 0;
  begins_.push_back(0);
  while (!frontier_.empty()) {
    World* const worlds[] = {&parent_};
    const State state = frontier_.pop(worlds);
    // Violated states lie between those that are expanded, and have no steps.
    while (begins_.size() <= state) begins_.push_back(edges_.size());
    expand(state);
    begins_.push_back(edges_.size());
    const bool stop = size() > options.states_max || (options.stop && ++expanded % 1024 == 0 && options.stop());
    if (stop) {
      complete_ = false;
      break;
    }
  }
  begins_.resize(std::size_t{size()} + 1, edges_.size());
}

StateGraph::State StateGraph::insert(const World& world, State parent) {
  if (visited_.full()) {
    const std::vector<Visited::Place> moved = visited_.grow();
    std::vector<State> states(visited_.capacity(), none);
    for (std::size_t old = 0; old < moved.size(); ++old) {
      if (moved[old] != Visited::no_place) states[moved[old]] = state_of_place_[old];
    }
    state_of_place_ = std::move(states);
  }
  const std::uint64_t fingerprint = content_.hash(world);
  const auto [place, is_new] = visited_.insert(fingerprint, Visited::no_place, [](Visited::Place) { return true; });
  const bool violated = !violations_.empty();
  violations_.clear();
  if (!is_new) return state_of_place_[place];
  const State state = size();
  state_of_place_[place] = state;
  fingerprints_.push_back(fingerprint);
  parents_.push_back(parent);
  enabled_.push_back(number_of(task_set_numbers_, task_sets_, std::vector<std::uint32_t>{}));
  promised_.push_back(promises_of(world));
  if (!violated) frontier_.push(world, state);
  return state;
}

std::uint32_t StateGraph::promises_of(const World& world) {
  std::vector<std::uint32_t> set;
  for (const auto& [id, promise] : promised_in(world, run_)) set.push_back(number_of(promise_numbers_, promises_, id));
  std::ranges::sort(set);
  return number_of(promise_set_numbers_, promise_sets_, std::move(set));
}

void StateGraph::expand(State state) {
  const std::vector<Event>& events = listing_.list(parent_);
  std::vector<std::uint32_t> acting;
  for (const Event event : events) {
    const std::uint32_t task =
        event.is_move() ? none
                        : number_of(task_numbers_, task_list_, tasks_.choice(parent_, event, listing_.moves()).task);
    if (task != none) acting.push_back(task);
    do {
      child_ = parent_;
      apply(child_, event, run_);
      if (run_.idle && !exploration_.idle_steps) {
        violations_.clear();
        continue;
      }
      edges_.push_back({insert(child_, state), task});
    } while (odometer_.next());
  }
  std::ranges::sort(acting);
  acting.erase(std::unique(acting.begin(), acting.end()), acting.end());
  enabled_[state] = number_of(task_set_numbers_, task_sets_, std::move(acting));
}

std::vector<StateGraph::State> StateGraph::path_to(State state) const {
  std::vector<State> path;
  for (; state != none; state = parents_[state]) path.push_back(state);
  std::ranges::reverse(path);
  return path;
}

}  // namespace squall::sim
