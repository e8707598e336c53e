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
      plain_(model),
      is_plain_(!options.exact && PlainWorlds::fits(model, exploration_.content)),
      parent_(model, Half::state_only),
      child_(parent_),
      frontier_(parent_) {
  run_.moves = &enabled_.moves();
  run_.notes_deliveries = exploration_.content.last_delivered;
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
    expand(frontier_.pop(parent_, child_));
  }
  result_.distinct = visited_.size();
  result_.complete = !stop_;
  return std::move(result_);
}

void Search::begin_states() {
  do {
    begin_explored(child_, run_, exploration_);
    const bool violated = !violations_.empty();
    if (violated) report(Visited::no_place, nullptr);
    ++result_.generated;
    insert(Visited::no_place, child_, content_.hash(child_), violated);
  } while (odometer_.next());
  child_ = parent_;
}

void Search::expand(Place place) {
  if (is_plain_) plain_.begin(parent_, visited_.fingerprint(place));
  successors_.clear();
  kept_count_ = 0;
  const std::vector<Event>& events = enabled_.list(parent_);
  for (const Event event : events) apply_all(place, event);
  if (events.empty()) {
    ++result_.terminal;
    judge_end(place);
  }
  insert_all(place);
}

/// All that one event can lead to. States are looked up when all successors are known: by then the set's memory has come.
void Search::apply_all(Place place, Event event) {
  do {
    apply(child_, event, run_);
    if (run_.idle && leads_nowhere(event)) {
      if (exploration_.idle_steps) ++result_.generated;
      continue;
    }
    const bool follows = is_plain_ && plain_.follows(child_, event, run_);
    const bool outside = options_.judge != nullptr && !options_.judge->inside(child_);
    if (outside || (run_.idle && !exploration_.idle_steps)) {
      violations_.clear();
    } else {
      ++result_.generated;
      const std::uint64_t fingerprint = follows ? plain_.hash(child_, event, run_) : content_.hash(child_);
      visited_.prefetch(fingerprint);
      successors_.push_back({fingerprint, event, not_kept, !violations_.empty()});
      if (options_.exact || odometer_.asked() || !violations_.empty()) keep(successors_.back());
      if (!violations_.empty()) report(place, &event);
    }
    if (is_plain_) {
      plain_.restore(child_, run_);
    } else {
      child_ = parent_;
    }
  } while (odometer_.next());
}

/// Whether an event that was idle has left the world as it was: nothing was taken out of it, and nobody noted it.
bool Search::leads_nowhere(Event event) const {
  const bool stays =
      event.is_action() || (!event.is_timer() && !event.is_move() && exploration_.model.network.duplicating);
  return is_plain_ && stays && violations_.empty() && child_.header().armed == 0;
}

void Search::keep(Successor& successor) {
  if (kept_count_ == kept_.size()) kept_.push_back(parent_);
  kept_[kept_count_] = child_;
  successor.kept = kept_count_++;
}

void Search::insert_all(Place place) {
  for (const Successor& successor : successors_) {
    if (stop_) return;
    if (visited_.full()) place = grow(place);
    if (successor.kept != not_kept) {
      insert(place, kept_[successor.kept], successor.fingerprint, successor.violated);
      continue;
    }
    const auto [at, is_new] = visited_.insert(successor.fingerprint, place, [](Place) { return true; });
    if (!is_new) continue;
    apply(child_, successor.event, run_);
    add(at, child_, false);
    if (is_plain_) {
      plain_.follows(child_, successor.event, run_);
      plain_.restore(child_, run_);
    } else {
      child_ = parent_;
    }
  }
}

void Search::insert(Place parent, const World& world, std::uint64_t fingerprint, bool violated) {
  const auto same = [&](Place place) { return !options_.exact || same_state(place, world); };
  const auto [place, is_new] = visited_.insert(fingerprint, parent, same);
  if (!is_new) return;
  if (options_.exact) {
    content_.encode(world, encoding_);
    encoding_begins_.resize(visited_.capacity());
    encoding_begins_[place] = encodings_.size();
    encodings_.push_back(encoding_.size());
    encodings_.insert(encodings_.end(), encoding_.begin(), encoding_.end());
  }
  add(place, world, violated);
}

/// A state met for the first time.
void Search::add(Place place, const World& world, bool violated) {
  if (options_.judge != nullptr) {
    options_.judge->state(world, violations_);
    if (!violations_.empty()) {
      violated = true;
      report(place, nullptr);
    }
  }
  if (!violated) {
    frontier_.push(world, place);
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
  finish(child_, run_, false);
  if (!violations_.empty()) report(place, nullptr);
  child_ = parent_;
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
