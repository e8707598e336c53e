// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/parallel_search.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/explore/level_worker.hpp"

namespace squall::sim {
namespace {

using detail::Expanded;
using detail::LevelWorker;
using detail::Piece;
using Place = Visited::Place;

class ParallelSearch {
 public:
  ParallelSearch(const Model& model, const SearchOptions& options, unsigned jobs)
      : options_(options),
        exploration_{.model = model,
                     .faults = options.faults,
                     .fault_budget = options.fault_budget,
                     .content = {.last_delivered = options.counting == Counting::actor && model.network.duplicating},
                     .idle_steps = options.counting == Counting::tlc,
                     .timers = options.timers},
        first_(model, Half::state_only),
        content_(model, exploration_.content) {
    options_.states_max = std::min<std::uint64_t>(options_.states_max, Visited::size_max);
    for (unsigned j = 0; j < jobs; ++j)
      workers_.push_back(std::make_unique<LevelWorker>(exploration_, options_, first_));
  }

  SearchResult run() {
    begin_states();
    while (!level_.empty() && !stop_) {
      ++depth_;
      const std::vector<std::unique_ptr<Expanded>> expanded = expand_level();
      level_.clear();
      moved_.clear();
      for (const auto& piece : expanded) {
        if (piece && !stop_) add(*piece);
      }
    }
    result_.distinct = std::min<std::uint64_t>(visited_.size(), options_.states_max);
    result_.complete = result_.bound == Bound::none;
    for (const auto& worker : workers_) {
      for (const Undecided& open : worker->violations().undecided()) judged_.leave_open(open.invariant, open.why);
      for (const std::string& claim : worker->violations().came_true()) came_true(claim);
    }
    result_.undecided = judged_.undecided();
    std::ranges::sort(result_.undecided, {}, &Undecided::invariant);
    std::ranges::sort(result_.came_true);
    return std::move(result_);
  }

 private:
  static constexpr std::size_t states_in_a_piece = 512;

  void came_true(const std::string& claim) {
    if (std::ranges::find(result_.came_true, claim) == result_.came_true.end()) result_.came_true.push_back(claim);
  }

  void begin_states() {
    Odometer odometer;
    Run run{.model = exploration_.model,
            .decide = odometer,
            .faults = exploration_.faults,
            .violations = &judged_,
            .timed = false};
    run.notes_deliveries = exploration_.content.last_delivered;
    World world = first_;
    do {
      begin_explored(world, run, exploration_);
      if (options_.symmetry != nullptr) options_.symmetry->canonical(world);
      const bool violated = !judged_.empty();
      for (const Violation& violation : judged_.list()) tell({Visited::no_place, std::nullopt, 0, violation});
      judged_.clear();
      ++result_.generated;
      insert({content_.hash(world), Visited::no_place, violated}, world);
    } while (odometer.next());
    for (const std::string& claim : judged_.came_true()) came_true(claim);
  }

  /// What the threads make of the pieces, each in its place; nothing for those that nobody came to.
  std::vector<std::unique_ptr<Expanded>> expand_level() {
    std::vector<std::unique_ptr<Expanded>> expanded(level_.size());
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&](LevelWorker& worker) {
      try {
        for (std::size_t p = next++; p < level_.size(); p = next++) {
          if (stopped_ || (options_.stop && options_.stop())) {
            stopped_ = true;
            return;
          }
          expanded[p] = std::make_unique<Expanded>(worker.expand(level_[p], visited_));
        }
      } catch (...) {
        const std::lock_guard lock{mutex};
        failure = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t w = 1; w < workers_.size() && w < level_.size(); ++w)
        others.emplace_back([&, w] { work(*workers_[w]); });
      work(*workers_.front());
    }
    if (failure) std::rethrow_exception(failure);
    if (stopped_) result_.bound = Bound::stopped;
    return expanded;
  }

  void add(Expanded& piece) {
    result_.generated += piece.generated;
    result_.terminal += piece.terminal;
    for (Expanded::Told& told : piece.told) tell(std::move(told));
    World world = first_;
    for (const Expanded::Candidate& candidate : piece.candidates) {
      if (stop_) return;
      World* const worlds[] = {&world};
      piece.worlds.pop(worlds);
      insert(candidate, world);
    }
    if (stopped_) stop_ = true;
  }

  void insert(const Expanded::Candidate& candidate, const World& world) {
    if (visited_.full()) grow();
    Place parent = candidate.parent;
    if (parent != Visited::no_place && !moved_.empty()) parent = moved_[parent];
    const auto [place, is_new] = visited_.insert(candidate.fingerprint, parent, [](Place) { return true; });
    if (!is_new) return;
    if (visited_.size() > options_.states_max) {
      stop_ = true;
      result_.bound = Bound::states;
      return;
    }
    result_.depth = std::max(result_.depth, depth_ + 1);
    bool violated = candidate.violated;
    if (options_.judge != nullptr) {
      options_.judge->state(world, judged_);
      violated = violated || !judged_.empty();
      const std::vector<Violation> found = judged_.list();
      judged_.clear();
      for (const Violation& violation : found) tell_at({place, std::nullopt, 0, violation});
    }
    if (violated) return;
    if (depth_ + 1 >= options_.depth_max) {
      if (!stop_) result_.bound = Bound::depth;
      return;
    }
    if (level_.empty() || level_.back().states.size() == states_in_a_piece) level_.emplace_back(first_);
    level_.back().states.push(world, place);
  }

  /// Places of the level that was expanded move along: candidates name their parents by the places of then.
  void grow() {
    const std::vector<Place> moved = visited_.grow();
    for (Piece& piece : level_) piece.states.relocate(moved);
    if (moved_.empty()) {
      moved_ = moved;
    } else {
      for (Place& place : moved_) {
        if (place != Visited::no_place) place = moved[place];
      }
    }
  }

  void tell(Expanded::Told told) {
    if (told.parent != Visited::no_place && !moved_.empty()) told.parent = moved_[told.parent];
    tell_at(std::move(told));
  }

  void tell_at(Expanded::Told told) {
    if (stop_) return;
    const auto same = [&](const Finding& known) {
      return known.violation.invariant == told.violation.invariant && known.violation.witness == told.violation.witness;
    };
    if (std::ranges::any_of(result_.findings, same)) return;
    Finding finding{.violation = std::move(told.violation), .begin = {}, .path = {}};
    if (told.parent != Visited::no_place) {
      std::vector<std::uint64_t> fingerprints;
      for (Place at = told.parent; at != Visited::no_place; at = visited_.parent(at))
        fingerprints.push_back(visited_.fingerprint(at));
      std::ranges::reverse(fingerprints);
      if (told.reached != 0) fingerprints.push_back(told.reached);
      finding.path = path_through(exploration_, fingerprints, finding.begin, options_.symmetry);
      if (told.step) finding.path.push_back(std::move(*told.step));
    }
    result_.findings.push_back(std::move(finding));
    if (options_.first_only) {
      stop_ = true;
      result_.bound = Bound::first_violation;
    }
  }

  SearchOptions options_;
  Exploration exploration_;
  World first_;
  Content content_;
  Violations judged_;
  Visited visited_;
  std::vector<Place> moved_;  ///< since the level was begun: places of then to those of now; empty: none have moved
  std::deque<Piece> level_;
  std::vector<std::unique_ptr<LevelWorker>> workers_;
  std::uint32_t depth_ = 0;
  std::atomic<bool> stopped_{false};
  bool stop_ = false;
  SearchResult result_;
};

}  // namespace

SearchResult search_in_parallel(const Model& model, const SearchOptions& options, unsigned jobs) {
  return ParallelSearch{model, options, jobs}.run();
}

}  // namespace squall::sim
