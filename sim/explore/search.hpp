// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/apply.hpp"
#include "sim/content.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/plain_worlds.hpp"
#include "sim/explore/visited.hpp"

namespace squall::sim {

/// What counts as a step. Published numbers exist for both.
enum class Counting : std::uint8_t {
  tlc,   ///< every enabled event is a step; one that leads back to the same state counts as generated
  actor  ///< an event that changes no agent and sends nothing is no step; a duplicating network's last delivery is state
};

/// Looks at states, from outside the world. Its functions are asked once for each new state.
class Judge {
 public:
  virtual ~Judge() = default;
  /// Whether `world` belongs to the search. States outside are neither counted nor expanded.
  virtual bool inside(const World&) const { return true; }
  /// Adds what is wrong with `world`.
  virtual void state(const World&, Violations&) const {}
};

struct SearchOptions {
  Counting counting = Counting::tlc;
  bool exact = false;                      ///< keep and compare whole encodings: no two states are taken for one
  std::uint64_t states_max = 100'000'000;  ///< distinct ones; beyond, the search is incomplete
  std::uint32_t fault_budget = 0;          ///< `Header::fault_budget` of the initial world
  const Interposer* faults = nullptr;
  const Judge* judge = nullptr;
  bool first_only = false;  ///< stop at the first violation
};

struct Finding {
  Violation violation;
  std::vector<Step> path;  ///< shortest: the search is breadth first
};

struct SearchResult {
  std::uint64_t distinct = 0;     ///< states
  std::uint64_t generated = 0;    ///< successors, with duplicates, and the initial states
  std::uint64_t terminal = 0;     ///< states in which nothing is enabled
  std::uint32_t depth = 0;        ///< levels, the initial states' being 1
  bool complete = false;          ///< all reachable states were expanded (up to violations)
  std::uint64_t collisions = 0;   ///< exact: different states with one fingerprint
  std::size_t bytes = 0;          ///< most bytes of visited set and frontier together
  std::vector<Finding> findings;  ///< each violation once, by invariant and witness
};

/// All states that `model` can reach untimed, breadth first, through the same `apply` as timed runs. A state that violates
/// something is counted and not expanded; a state in which nothing is enabled is judged as the end of a run.
class Search {
 public:
  Search(const Model& model, const SearchOptions& options);
  SearchResult run();

 private:
  using Place = Visited::Place;
  /// What one event leads to. New states are made again from the event, rather than kept while they are looked up: most
  /// are known, and one world that stays in the cache is worth more.
  struct Successor {
    std::uint64_t fingerprint;
    Event event;
    std::uint32_t kept;  ///< world in `kept_`, where the event alone does not say it; else `not_kept`
    bool violated;
  };
  static constexpr std::uint32_t not_kept = 0xffff'ffffU;

  void begin_states();
  void expand(Place place);
  void apply_all(Place place, Event event);
  bool leads_nowhere(Event event) const;
  void keep(Successor& successor);
  void insert_all(Place place);
  void insert(Place parent, const World& world, std::uint64_t fingerprint, bool violated);
  void add(Place place, const World& world, bool violated);
  bool same_state(Place place, const World& world);
  Place grow(Place place);
  void judge_end(Place place);
  void report(Place place, const Event* event);
  std::vector<std::uint64_t> fingerprints_to(Place place) const;

  SearchOptions options_;
  Exploration exploration_;
  Odometer odometer_;
  Violations violations_;
  Run run_;
  Enabled enabled_;
  Content content_;
  PlainWorlds plain_;
  bool is_plain_;
  Visited visited_;
  World parent_;  ///< the state being expanded
  World child_;   ///< its present successor; the same between two events
  Frontier frontier_;
  std::uint64_t level_left_ = 0;       ///< states of the present level still to be expanded
  std::uint64_t level_next_ = 0;       ///< states found for the next one
  std::vector<Successor> successors_;  ///< of the state being expanded
  std::deque<World> kept_;             ///< worlds of some of them; those from `kept_count_` on are spare
  std::uint32_t kept_count_ = 0;
  bool stop_ = false;
  std::vector<std::uint64_t> encoding_;
  std::vector<std::uint64_t> encodings_;      ///< exact: of all states, one after the other
  std::vector<std::size_t> encoding_begins_;  ///< exact: by place
  SearchResult result_;
};

}  // namespace squall::sim
