// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/interchangeable.hpp"
#include "scenarios/run.hpp"
#include "sim/explore/liveness.hpp"

namespace squall::reports {

/// A search through all states of a scenario, for people and for programs.
struct ExplorationReport {
  const scenarios::Scenario& scenario;
  sim::Exploration exploration;  ///< how its counterexamples are run again
  sim::SearchResult result;
  std::uint32_t faults = 0;  ///< at most so many
  sim::AssumedFairness fairness = sim::AssumedFairness::weak;
  sim::Order order = sim::Order::breadth_first;
  std::optional<scenarios::Interchangeable> symmetry{};  ///< where it was asked for
  /// Where partial-order reduction was asked for: why there is none, as a half sentence; empty where there is.
  std::optional<std::string> no_reduction{};
  bool endless = false;  ///< there are claims about endless runs, and they were decided
  double seconds = 0;
  std::vector<std::string> cases{};  ///< where each finding was written; empty: nowhere
  std::string replay;                ///< the command that searches again
};

enum class Explored { holds, violated, unknown };
/// `holds` only where every state was looked at, no check was left open and every `sometimes` claim came true.
Explored verdict_of(const ExplorationReport& report);

/// `sometimes` claims that hold in no state that can be reached. Empty where the search is incomplete.
std::vector<std::string> never_true(const ExplorationReport& report);

/// How long a search was, what it left out and why it ended, in sentences.
std::vector<std::string> exploration_facts(const ExplorationReport& report);
/// Under which assumptions on endless runs it holds or fails, as a sentence; empty where there are none.
std::string assumption_of(const ExplorationReport& report);

/// How many states there are, what is violated and the shortest way there, in sentences. Ends with a newline.
std::string exploration_text(const ExplorationReport& report);

/// `version workflow verdict distinct generated terminal depth complete bound bytes findings[{invariant, signature, steps,
/// reasons[], path[], case}] open[{invariant, why}] never_true[] states_per_second replay`.
std::string exploration_json(const ExplorationReport& report);

}  // namespace squall::reports
