// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

#include "faults/recorder.hpp"
#include "sim/content.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/search.hpp"
#include "tests/laws/play.hpp"

/// Law 4: every state of a timed run is among the states of the untimed world under the same fault budget. It ties kernel,
/// explorer, canonical form and faults to each other. And the second half of law 3: states that are packed and unpacked are
/// the same states.
namespace squall::laws {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

/// Fingerprints of all states that `model` can reach untimed.
class Reachable {
 public:
  Reachable(const sim::Model& model, const sim::Interposer* faults, std::uint32_t budget)
      : exploration_{.model = model, .faults = faults, .fault_budget = budget},
        run_{.model = model, .decide = odometer_, .faults = faults, .timed = false},
        content_(model),
        enabled_(model, faults),
        world_(model, sim::Half::state_only),
        parent_(world_) {
    run_.moves = &enabled_.moves();
    do {
      sim::begin_explored(world_, run_, exploration_);
      meet();
    } while (odometer_.next());
    for (; !pending_.empty(); pending_.pop_front()) expand(pending_.front());
  }
  bool has(std::uint64_t fingerprint) const { return states_.contains(fingerprint); }
  std::size_t size() const { return states_.size(); }

 private:
  void meet() {
    if (!states_.insert(content_.hash(world_)).second) return;
    REQUIRE(states_.size() < 2'000'000);
    pending_.push_back(world_);
  }
  void expand(const sim::World& parent) {
    parent_ = parent;
    const std::vector<sim::Event> events = enabled_.list(parent_);
    for (const sim::Event event : events) {
      do {
        world_ = parent_;
        sim::apply(world_, event, run_);
        meet();
      } while (odometer_.next());
    }
  }

  sim::Exploration exploration_;
  sim::Odometer odometer_;
  sim::Run run_;
  sim::Content content_;
  sim::Enabled enabled_;
  sim::World world_, parent_;
  std::deque<sim::World> pending_;
  std::unordered_set<std::uint64_t> states_;
};

/// All that `plan` has taken from the budget. What strikes an agent at a set time strikes each of its replicas.
inline std::uint32_t spent(const sim::Model& model, const faults::Plan& plan) {
  std::uint32_t sum = 0;
  for (const faults::Line& line : plan.lines) {
    std::uint32_t struck = 0;
    for (const sim::Definition& definition : model.definitions) {
      const bool named = std::ranges::find(line.matcher.agent.all, definition.name) != line.matcher.agent.all.end();
      if (line.trigger.at && named) struck += definition.replicas;
    }
    sum += faults::cost(line.fault) * std::max(struck, 1U);
  }
  return sum;
}

struct Containment {
  std::uint64_t states = 0;      ///< of timed runs
  std::uint64_t outside = 0;     ///< of them, not among the explored
  std::uint32_t spent_most = 0;  ///< faults in one run
  std::string first;             ///< the first one outside
};

/// Compares each timed run up to where it has spent more than `budget`.
inline Containment compare(sim::Model model, const faults::Profile& profile, std::uint32_t budget,
                           std::uint64_t seeds) {
  model.fault_shadow = faults::Armed::shadow_bytes({}, profile.lines);
  const faults::Armed armed(model, profile);
  const Reachable reachable(model, &armed, budget);
  Containment result;
  // The explorer packs its states, unpacks them and makes them again from events; here every world is kept as it is.
  const sim::SearchResult searched =
      sim::Search(model, {.exact = true, .fault_budget = budget, .faults = &armed}).run();
  CHECK(searched.complete);
  CHECK(searched.distinct == reachable.size());
  sim::Content content(model);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const faults::Recorder recorder(model, armed);
    Play play(model, seed, &recorder, nullptr, budget);
    std::uint64_t event = 0;
    do {
      if (spent(model, recorder.plan()) > budget) break;
      result.spent_most = std::max(result.spent_most, spent(model, recorder.plan()));
      ++result.states;
      if (reachable.has(content.hash(play.world))) continue;
      ++result.outside;
      if (result.first.empty()) {
        result.first = model.name + ", seed " + std::to_string(seed) + ", event " + std::to_string(event) + "\n" +
                       to_text(recorder.plan());
      }
    } while (++event, play.step());
  }
  return result;
}

inline void check_inside(const Containment& result, std::uint32_t spent_most) {
  CHECK_MESSAGE(result.outside == 0, result.outside << " of " << result.states << " states; first: " << result.first);
  CHECK(result.spent_most == spent_most);  // the faults did strike
}

}  // namespace squall::laws
