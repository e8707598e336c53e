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
    while (!level_.empty() && !stop_ && !stopped_) {
      ++depth_;
      moved_.clear();
      expand_level();
      add_ready(true);
      level_ = std::move(next_level_);
      next_level_.clear();
      std::size_t bytes = visited_.bytes() + LatelyFound::bytes();
      for (const Piece& piece : level_) bytes += piece.states.bytes() + piece.places.size() * sizeof(Place);
      result_.bytes = std::max(result_.bytes, bytes);
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
      const std::uint64_t fingerprint = fingerprint_of(world, content_, options_.symmetry);
      if (options_.judge != nullptr) options_.judge->state(world, judged_);
      const Expanded::Candidate candidate{fingerprint, Visited::no_place, !judged_.empty()};
      for (const Violation& violation : judged_.list()) tell({Visited::no_place, std::nullopt, 0, violation});
      judged_.clear();
      ++result_.generated;
      if (level_.empty() || level_.back().places.size() == Piece::states_max) level_.emplace_back(first_);
      level_.back().states.push(world, 0);
      level_.back().places.push_back(insert(candidate));
    } while (odometer.next());
    for (const std::string& claim : judged_.came_true()) came_true(claim);
  }

  /// The threads expand pieces in their order; who has done one adds what can be added already, unless another is at it.
  void expand_level() {
    expanded_.clear();
    expanded_.resize(level_.size());
    added_ = 0;
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    const auto work = [&](LevelWorker& worker) {
      try {
        for (std::size_t p = next++; p < level_.size() && !stop_; p = next++) {
          if (stopped_ || (options_.stop && options_.stop())) {
            stopped_ = true;
            return;
          }
          auto expanded = std::make_unique<Expanded>(worker.expand(level_[p], p, visited_, found_));
          {
            const std::lock_guard lock{expanded_mutex_};
            expanded_[p] = std::move(expanded);
          }
          const std::unique_lock adding{adding_mutex_, std::try_to_lock};
          if (adding) add_ready(false);
        }
      } catch (...) {
        const std::lock_guard lock{expanded_mutex_};
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
    if (stopped_ && !stop_) result_.bound = Bound::stopped;
  }

  /// Adds what the pieces led to, in their order, up to the first that is not expanded. `alone`: else none for which the set
  /// would have to grow, since others are looking things up in it.
  void add_ready(bool alone) {
    for (; added_ < expanded_.size() && !stop_; ++added_) {
      std::unique_ptr<Expanded> piece;
      {
        const std::lock_guard lock{expanded_mutex_};
        if (expanded_[added_] == nullptr) return;
        std::size_t candidates = 0;
        for (const auto& batch : expanded_[added_]->batches) candidates += batch->candidates.size();
        if (!alone && !visited_.has_room_for(candidates)) return;
        piece = std::move(expanded_[added_]);
      }
      add(*piece);
    }
  }

  void add(Expanded& piece) {
    result_.generated += piece.generated;
    result_.terminal += piece.terminal;
    for (Expanded::Told& told : piece.told) tell(std::move(told));
    constexpr std::size_t ahead = 8;  // what the set's memory says of these is on its way
    for (auto& batch : piece.batches) {
      const auto& candidates = batch->candidates;
      unfinished_ = &batch->piece.places;
      for (std::size_t c = 0; c < candidates.size() && !stop_; ++c) {
        if (c + ahead < candidates.size()) visited_.prefetch(candidates[c + ahead].fingerprint);
        batch->piece.places.push_back(insert(candidates[c]));
      }
      unfinished_ = nullptr;
      next_level_.push_back(std::move(batch->piece));
    }
  }

  /// The place of a state that is to be expanded; else none.
  Place insert(const Expanded::Candidate& candidate) {
    if (visited_.full()) grow();
    Place parent = candidate.parent;
    if (parent != Visited::no_place && !moved_.empty()) parent = moved_[parent];
    const auto [place, is_new] = visited_.insert(candidate.fingerprint, parent, [](Place) { return true; });
    if (!is_new) return Visited::no_place;
    if (visited_.size() > options_.states_max) {
      stop_ = true;
      result_.bound = Bound::states;
      return Visited::no_place;
    }
    result_.depth = std::max(result_.depth, depth_ + 1);
    if (candidate.violated) return Visited::no_place;
    if (depth_ + 1 < options_.depth_max) return place;
    if (!stop_) result_.bound = Bound::depth;
    return Visited::no_place;
  }

  /// Places of the level that was expanded move along: candidates name their parents by the places of then.
  void grow() {
    const std::vector<Place> moved = visited_.grow();
    const auto move = [&](std::vector<Place>& places) {
      for (Place& place : places) {
        if (place != Visited::no_place) place = moved[place];
      }
    };
    for (Piece& piece : next_level_) move(piece.places);
    if (unfinished_ != nullptr) move(*unfinished_);
    if (moved_.empty()) {
      moved_ = moved;
    } else {
      move(moved_);
    }
  }

  void tell(Expanded::Told told) {
    if (stop_) return;
    if (told.parent != Visited::no_place && !moved_.empty()) told.parent = moved_[told.parent];
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
  LatelyFound found_;
  std::vector<Place> moved_;  ///< since the level was begun: places of then to those of now; empty: none have moved
  std::deque<Piece> level_, next_level_;
  std::mutex expanded_mutex_;
  std::vector<std::unique_ptr<Expanded>> expanded_;  ///< by piece of the level; of one that is added nothing is left
  std::mutex adding_mutex_;                          ///< whoever adds holds it
  std::size_t added_ = 0;                            ///< so many pieces
  std::vector<Place>* unfinished_ = nullptr;         ///< of the piece that is being added
  std::vector<std::unique_ptr<LevelWorker>> workers_;
  std::uint32_t depth_ = 0;
  std::atomic<bool> stopped_{false};  ///< by whoever started the search
  std::atomic<bool> stop_{false};     ///< by a bound
  SearchResult result_;
};

}  // namespace

SearchResult search_in_parallel(const Model& model, const SearchOptions& options, unsigned jobs) {
  return ParallelSearch{model, options, jobs}.run();
}

}  // namespace squall::sim
