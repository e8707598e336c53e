// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/search.hpp"

#include <algorithm>

namespace squall::sim {

Search::Search(const Model& model, const SearchOptions& options)
    : options_(options),
      exploration_{.model = model,
                   .faults = options.faults,
                   .fault_budget = options.fault_budget,
                   .content = {.last_delivered = options.counting == Counting::actor && model.network.duplicating},
                   .idle_steps = options.counting == Counting::tlc},
      run_{.model = model,
           .decide = odometer_,
           .faults = options.faults,
           .violations = !model.monitors.empty() || options.judge != nullptr ? &violations_ : nullptr,
           .timed = false},
      enabled_(model, options.faults),
      content_(model, exploration_.content),
      parent_(model, Half::state_only),
      frontier_(parent_) {
  run_.moves = &enabled_.moves();
}

SearchResult Search::run() {
  begin_states();
  while (!frontier_.empty() && !stop_) {
    if (level_left_ == 0) {
      level_left_ = level_next_;
      level_next_ = 0;
      ++result_.depth;
    }
    --level_left_;
    expand(frontier_.pop(parent_));
  }
  result_.distinct = visited_.size();
  result_.complete = !stop_;
  return std::move(result_);
}

Search::Successor& Search::spare() {
  if (found_ == successors_.size()) successors_.push_back({.world = parent_});
  successors_[found_].violated = false;
  return successors_[found_];
}

void Search::begin_states() {
  do {
    Successor& first = spare();
    begin_explored(first.world, run_, exploration_);
    first.fingerprint = content_.hash(first.world);
    if (!violations_.empty()) {
      first.violated = true;
      report(Visited::no_place, nullptr);
    }
    ++result_.generated;
    insert(Visited::no_place, first);
  } while (odometer_.next());
}

void Search::expand(Place place) {
  found_ = 0;
  const std::vector<Event>& events = enabled_.list(parent_);
  for (const Event event : events) apply_all(place, event);
  if (events.empty()) {
    ++result_.terminal;
    judge_end(place);
  }
  for (std::size_t i = 0; i < found_ && !stop_; ++i) {
    if (visited_.full()) place = grow(place);
    insert(place, successors_[i]);
  }
}

/// All that one event can lead to. States are looked up when all successors are known: by then the set's memory has come.
void Search::apply_all(Place place, Event event) {
  do {
    Successor& successor = spare();
    successor.world = parent_;
    apply(successor.world, event, run_);
    const bool outside = options_.judge != nullptr && !options_.judge->inside(successor.world);
    if (outside || (!exploration_.idle_steps && run_.idle)) {
      violations_.clear();
      continue;
    }
    if (!violations_.empty()) {
      successor.violated = true;
      report(place, &event);
    }
    ++result_.generated;
    successor.fingerprint = content_.hash(successor.world);
    visited_.prefetch(successor.fingerprint);
    ++found_;
  } while (odometer_.next());
}

void Search::insert(Place parent, Successor& successor) {
  const auto same = [&](Place place) { return !options_.exact || same_state(place, successor.world); };
  const auto [place, is_new] = visited_.insert(successor.fingerprint, parent, same);
  if (!is_new) return;
  if (options_.exact) {
    content_.encode(successor.world, encoding_);
    encoding_begins_.resize(visited_.capacity());
    encoding_begins_[place] = encodings_.size();
    encodings_.push_back(encoding_.size());
    encodings_.insert(encodings_.end(), encoding_.begin(), encoding_.end());
  }
  if (options_.judge != nullptr) {
    options_.judge->state(successor.world, violations_);
    if (!violations_.empty()) {
      successor.violated = true;
      report(place, nullptr);
    }
  }
  if (!successor.violated) {
    frontier_.push(successor.world, place);
    ++level_next_;
  }
  result_.bytes = std::max(result_.bytes, visited_.bytes() + frontier_.bytes());
  stop_ = stop_ || visited_.size() >= options_.states_max;
}

bool Search::same_state(Place place, const World& world) {
  content_.encode(world, encoding_);
  const std::uint64_t* kept = encodings_.data() + encoding_begins_[place];
  if (*kept == encoding_.size() && std::equal(encoding_.begin(), encoding_.end(), kept + 1)) return true;
  ++result_.collisions;
  return false;
}

/// Where the state at `place` is afterwards.
Search::Place Search::grow(Place place) {
  const std::vector<Place> moved = visited_.grow();
  frontier_.relocate(moved);
  if (options_.exact) {
    std::vector<std::size_t> begins(visited_.capacity());
    for (std::size_t old = 0; old < moved.size(); ++old) {
      if (moved[old] != Visited::no_place) begins[moved[old]] = encoding_begins_[old];
    }
    encoding_begins_ = std::move(begins);
  }
  return moved[place];
}

/// Nothing can happen any more: what a timed run would judge at its end.
void Search::judge_end(Place place) {
  if (run_.violations == nullptr) return;
  Successor& end = spare();
  end.world = parent_;
  finish(end.world, run_, false);
  if (!violations_.empty()) report(place, nullptr);
}

std::vector<std::uint64_t> Search::fingerprints_to(Place place) const {
  std::vector<std::uint64_t> fingerprints;
  for (; place != Visited::no_place; place = visited_.parent(place))
    fingerprints.push_back(visited_.fingerprint(place));
  std::ranges::reverse(fingerprints);
  return fingerprints;
}

/// Keeps what is new among the violations just found in the state at `place`, or by `event` in it.
void Search::report(Place place, const Event* event) {
  std::vector<Violation> found = violations_.list();
  violations_.clear();
  std::vector<Step> path;
  for (Violation& violation : found) {
    const auto same = [&](const Finding& known) {
      return known.violation.invariant == violation.invariant && known.violation.witness == violation.witness;
    };
    if (std::ranges::any_of(result_.findings, same)) continue;
    if (path.empty() && place != Visited::no_place) {
      path = path_through(exploration_, fingerprints_to(place));
      if (event != nullptr) {
        path.push_back({.event = *event,
                        .move = event->is_move() ? enabled_.moves()[event->index()] : Move{},
                        .answers = odometer_.answers(),
                        .text = event_text(exploration_.model, parent_, *event, enabled_.moves())});
      }
    }
    result_.findings.push_back({.violation = std::move(violation), .path = path});
    stop_ = stop_ || options_.first_only;
  }
}

}  // namespace squall::sim
