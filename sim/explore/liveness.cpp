// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/liveness.hpp"

#include <algorithm>
#include <utility>

#include "sim/model.hpp"

namespace squall::sim {
namespace {

using State = StateGraph::State;
using Component = std::vector<State>;

/// The components with a cycle of the states that owe `promise`, with an explicit stack: graphs are deep.
class Components {
 public:
  Components(const StateGraph& graph, std::uint32_t promise)
      : graph_(graph), promise_(promise), number_(graph.size(), 0), low_(graph.size(), 0), open_(graph.size(), 0) {}

  template <class Found>
  void each(Found&& found) {
    for (State root = 0; root < graph_.size(); ++root) {
      if (number_[root] == 0 && owes(root)) visit(root, found);
    }
  }
  bool owes(State state) const { return std::ranges::binary_search(graph_.promised(state), promise_); }

 private:
  struct Frame {
    State state;
    std::size_t edge;
  };

  void enter(State state) {
    number_[state] = low_[state] = ++count_;
    open_[state] = 1;
    stack_.push_back(state);
    frames_.push_back({state, 0});
  }

  template <class Found>
  void visit(State root, Found& found) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const State state = frame.state;
      const auto edges = graph_.edges(state);
      if (frame.edge < edges.size()) {
        const State to = edges[frame.edge++].to;
        if (!owes(to)) continue;
        if (number_[to] == 0) {
          enter(to);
        } else if (open_[to] != 0) {
          low_[state] = std::min(low_[state], number_[to]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().state] = std::min(low_[frames_.back().state], low_[state]);
      if (low_[state] == number_[state]) close(state, found);
    }
  }

  template <class Found>
  void close(State head, Found& found) {
    Component component;
    for (State state = StateGraph::none; state != head;) {
      state = stack_.back();
      stack_.pop_back();
      open_[state] = 0;
      component.push_back(state);
    }
    const auto round = [&](const StateGraph::Edge& edge) { return edge.to == head; };
    if (component.size() > 1 || std::ranges::any_of(graph_.edges(head), round)) {
      std::ranges::sort(component);
      found(component);
    }
  }

  const StateGraph& graph_;
  std::uint32_t promise_;
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> number_, low_;
  std::vector<std::uint8_t> open_;
  std::vector<State> stack_;
  std::vector<Frame> frames_;
};

/// Runs inside one component.
class Rounds {
 public:
  Rounds(const StateGraph& graph, const Component& component) : graph_(graph), component_(component) {
    for (const State state : component) {
      for (const StateGraph::Edge& edge : graph.edges(state)) {
        if (inside(edge.to) && edge.task != StateGraph::none) acting_.push_back(edge.task);
      }
      const auto& enabled = graph.enabled(state);
      able_.insert(able_.end(), enabled.begin(), enabled.end());
    }
    for (auto* tasks : {&acting_, &able_}) {
      std::ranges::sort(*tasks);
      tasks->erase(std::unique(tasks->begin(), tasks->end()), tasks->end());
    }
  }

  bool inside(State state) const { return std::ranges::binary_search(component_, state); }

  /// Each task that can act everywhere here acts somewhere here. Then no part of the component is fairer than the whole; if
  /// not, no part is fair.
  bool is_fair() const {
    return std::ranges::all_of(able_, [&](std::uint32_t task) {
      return std::ranges::binary_search(acting_, task) ||
             std::ranges::any_of(component_, [&](State state) { return !can_act(state, task); });
    });
  }

  /// Once round from `start` and back: at least one step, and `fair` where that is asked for. States after `start`.
  std::vector<State> round_from(State start, bool fair) const {
    std::vector<State> states;
    std::vector<std::uint32_t> acted;
    const auto here = [&] { return states.empty() ? start : states.back(); };
    const auto rests = [&](std::uint32_t task) {
      return !can_act(start, task) || std::ranges::any_of(states, [&](State state) { return !can_act(state, task); });
    };
    for (const std::uint32_t task : fair ? able_ : std::vector<std::uint32_t>{}) {
      if (rests(task) || std::ranges::find(acted, task) != acted.end()) continue;
      const bool acts = std::ranges::binary_search(acting_, task);
      go(here(), states, acted,
         [&](const StateGraph::Edge& edge) { return acts ? edge.task == task : !can_act(edge.to, task); });
    }
    if (states.empty() || here() != start)
      go(here(), states, acted, [&](const StateGraph::Edge& edge) { return edge.to == start; });
    return states;
  }

 private:
  bool can_act(State state, std::uint32_t task) const {
    return std::ranges::binary_search(graph_.enabled(state), task);
  }

  /// By as few steps as there can be to one that is `wanted`, inside.
  template <class Wanted>
  void go(State from, std::vector<State>& states, std::vector<std::uint32_t>& acted, const Wanted& wanted) const {
    struct Reached {
      State state;
      std::size_t before;
      std::uint32_t task;
    };
    std::vector<Reached> queue{{from, 0, StateGraph::none}};
    std::vector<std::uint8_t> known(component_.size(), 0);
    for (std::size_t at = 0; at < queue.size(); ++at) {
      for (const StateGraph::Edge& edge : graph_.edges(queue[at].state)) {
        if (!inside(edge.to)) continue;
        const bool done = wanted(edge);
        const auto place = static_cast<std::size_t>(std::ranges::lower_bound(component_, edge.to) - component_.begin());
        if (!done && std::exchange(known[place], 1) != 0) continue;
        queue.push_back({edge.to, at, edge.task});
        if (!done) continue;
        const std::size_t first = states.size();
        for (std::size_t back = queue.size() - 1; back != 0; back = queue[back].before) {
          states.push_back(queue[back].state);
          acted.push_back(queue[back].task);
        }
        std::reverse(states.begin() + static_cast<std::ptrdiff_t>(first), states.end());
        return;
      }
    }
  }

  const StateGraph& graph_;
  const Component& component_;
  std::vector<std::uint32_t> acting_, able_;
};

/// Makes the words of a promise where a path has come to.
Finding told(const Exploration& exploration, const StateGraph& graph, PromiseId id, const std::vector<State>& stem,
             const std::vector<State>& round) {
  std::vector<std::uint64_t> fingerprints;
  fingerprints.reserve(stem.size() + round.size());
  for (const State state : stem) fingerprints.push_back(graph.fingerprint(state));
  for (const State state : round) fingerprints.push_back(graph.fingerprint(state));
  Finding finding;
  finding.path = path_through(exploration, fingerprints, finding.begin);
  finding.loop = stem.size() - 1;
  struct Nobody final : Sink {
    SeenMask listens() const override { return 0; }
    void on(const Model&, const World&, const Observation&) override {}
  } nobody_looks;
  Violations words;
  World world = retrace(exploration, finding.begin, finding.path, nobody_looks, &words);
  Odometer unasked;
  Run run{.model = exploration.model, .decide = unasked, .violations = &words, .timed = false};
  finding.violation.invariant = exploration.model.monitors[id.monitor].monitor.name;
  for (auto& [promised, promise] : promised_in(world, run)) {
    if (promised != id) continue;
    finding.violation.witness = std::move(promise.witness);
    finding.violation.reasons = std::move(promise.reasons);
  }
  finding.violation.reasons.insert(finding.violation.reasons.begin(), for_ever(round.size()));
  return finding;
}

}  // namespace

std::string for_ever(std::size_t events) {
  return "it may go on for ever: " + std::to_string(events) + (events == 1 ? " event comes" : " events come") +
         " again and again";
}

bool promises_anything(const Model& model) {
  return std::ranges::any_of(model.monitors,
                             [](const PlacedMonitor& placed) { return placed.monitor.promises != nullptr; });
}

LivenessResult check_liveness(const Exploration& exploration, AssumedFairness fairness,
                              const StateGraph::Options& options) {
  const StateGraph graph{exploration, options};
  LivenessResult result{.complete = graph.complete(), .states = graph.size(), .findings = {}};
  if (!result.complete) return result;
  for (std::uint32_t promise = 0; promise < graph.promises().size(); ++promise) {
    std::vector<State> stem, round;
    Components{graph, promise}.each([&](const Component& component) {
      // States are numbered in the order of a breadth-first search: the first is the nearest.
      if (!stem.empty() && stem.back() < component.front()) return;
      const Rounds rounds{graph, component};
      if (fairness == AssumedFairness::weak && !rounds.is_fair()) return;
      stem = graph.path_to(component.front());
      round = rounds.round_from(component.front(), fairness == AssumedFairness::weak);
    });
    if (stem.empty()) continue;
    Finding finding = told(exploration, graph, graph.promises()[promise], stem, round);
    const auto same = [&](const Finding& known) {
      return known.violation.invariant == finding.violation.invariant &&
             known.violation.witness == finding.violation.witness;
    };
    if (std::ranges::none_of(result.findings, same)) result.findings.push_back(std::move(finding));
  }
  return result;
}

}  // namespace squall::sim
