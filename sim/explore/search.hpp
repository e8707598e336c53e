// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/apply.hpp"
#include "sim/content.hpp"
#include "sim/explore/ample.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"
#include "sim/explore/frontier.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/plain_worlds.hpp"
#include "sim/explore/symmetry.hpp"
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

/// Which state is expanded next.
enum class Order : std::uint8_t {
  breadth_first,  ///< the one found first: counterexamples are shortest
  depth_first     ///< the one found last: deep states come early, counterexamples may be long
};

struct SearchOptions {
  Counting counting = Counting::tlc;
  bool exact = false;                      ///< keep and compare whole encodings: no two states are taken for one
  bool incremental = true;                 ///< use `PlainWorlds` where it fits and the search is not exact: only faster
  std::uint64_t states_max = 100'000'000;  ///< distinct ones; beyond, the search is incomplete
  Order order = Order::breadth_first;
  /// Looks at the events of one agent alone where no order of the others' matters: see `Ample`. Nothing is left out where
  /// `Ample::refusal` says why not, nor with a judge. By one thread only.
  bool reduce = false;
  const Symmetry* symmetry = nullptr;  ///< states that differ in which of several equals is which count as one
  std::uint32_t fault_budget = 0;      ///< `Header::fault_budget` of the initial world
  const Interposer* faults = nullptr;
  const Judge* judge = nullptr;
  Timers timers = Timers::any;
  bool first_only = false;                 ///< stop at the first violation
  std::uint32_t depth_max = 0xffff'ffffU;  ///< levels; beyond, the search is incomplete
  std::function<bool()> stop{};            ///< asked now and then; true: the search ends incomplete
};

/// What ended a search before all was explored.
enum class Bound : std::uint8_t { none, states, depth, stopped, first_violation };

struct Finding {
  Violation violation;
  std::vector<std::uint32_t> begin;  ///< answers to what is asked at the beginning
  std::vector<Step> path;            ///< shortest, where the search is breadth first
  /// Of a claim about endless runs: the steps from this one on come again and again.
  std::optional<std::size_t> loop{};
};

struct SearchResult {
  std::uint64_t distinct = 0;     ///< states
  std::uint64_t generated = 0;    ///< successors, with duplicates, and the initial states
  std::uint64_t terminal = 0;     ///< states in which nothing is enabled
  std::uint64_t reduced = 0;      ///< states of whose events only some agent's were looked at
  std::uint32_t depth = 0;        ///< levels, the initial states' being 1; depth first: states of the longest path
  bool complete = false;          ///< all reachable states were expanded (up to violations)
  Bound bound = Bound::none;      ///< why it is not
  std::uint64_t collisions = 0;   ///< exact: different states with one fingerprint
  std::size_t bytes = 0;          ///< most bytes of visited set, frontier and (exact) encodings together
  std::vector<Finding> findings;  ///< each violation once, by invariant and witness
  std::vector<Undecided> undecided;
  std::vector<std::string> came_true;  ///< `sometimes` claims that hold somewhere
};

/// All states that `model` can reach untimed, breadth first unless the options say otherwise, through the same `apply` as timed runs. A state that violates
/// something is counted and not expanded; a state in which nothing is enabled is judged as the end of a run.
class Search {
 public:
  Search(const Model& model, const SearchOptions& options);
  SearchResult run();

 private:
  using Place = Visited::Place;
  /// A world in which one event happens: the state being expanded, then its successor, then that state again. Two take
  /// turns: while one is made, what the set's memory says of the other is on its way into the cache.
  struct Successor {
    World world;
    std::uint64_t fingerprint = 0;
    std::uint64_t touched = 0;  ///< `Run::touched` of its event
    bool made = false;          ///< it waits to be looked up, or only
    bool changed = false;       ///< … to become the state being expanded again
    bool violated = false;
  };

  /// A state of a depth-first search that waits to be expanded.
  struct Waiting {
    World world;
    Place place;
    std::uint32_t level;
  };

  /// What partial-order reduction tries out before it leaves anything out.
  struct Reduction {
    explicit Reduction(const Exploration& exploration);
    Ample ample;
    Footprint footprint;
    Odometer odometer;
    Violations violations;
    Run run;
    World world;  ///< after an event that is tried
  };

  void begin_states();
  bool take_next();
  void put_off(const World& world, Place place, std::uint64_t touched);
  void end_at(Bound bound);
  void expand();
  const std::vector<Event>& enough_of(const std::vector<Event>& events);
  bool is_enough(const Ample::Candidate& candidate);
  bool leads_nowhere_new(const PlainWorlds::Foreseen& foreseen);
  void apply_all(Event event);
  void look_up(Successor& successor);
  void insert(Place parent, const World& world, std::uint64_t fingerprint, std::uint64_t touched, bool violated);
  void encode(const World& world);
  bool same_state(Place place, const World& world);
  void grow();
  void judge_end();
  std::string name_of(Event event);
  void report(Place place, const Event* event, const World* reached = nullptr);
  std::vector<std::uint64_t> fingerprints_to(Place place) const;

  SearchOptions options_;
  Exploration exploration_;
  Odometer odometer_;
  Violations violations_;
  Run run_;
  Enabled enabled_;
  Content content_;
  PlainWorlds plain_;
  Visited visited_;
  std::unique_ptr<Reduction> reduction_;
  World parent_;                     ///< the state being expanded,
  Place place_ = Visited::no_place;  ///< and where it is
  std::array<Successor, 2> successors_;
  std::size_t turn_ = 0;  ///< which of them is made next
  Frontier frontier_;
  std::vector<Waiting> stack_;  ///< depth first: instead of the frontier
  std::size_t stack_bytes_ = 0;
  std::uint32_t level_ = 0;       ///< being expanded
  std::uint64_t level_left_ = 0;  ///< states of the present level still to be expanded
  std::uint64_t level_next_ = 0;  ///< states found for the next one
  bool stop_ = false;
  std::uint64_t expanded_ = 0;
  std::vector<std::uint64_t> encoding_;
  std::vector<std::uint64_t> encodings_;      ///< exact: of all states, one after the other
  std::vector<std::size_t> encoding_begins_;  ///< exact: by place
  SearchResult result_;
};

}  // namespace squall::sim
