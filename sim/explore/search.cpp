// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/search.hpp"

#include <algorithm>

#include "sim/explore/event_name.hpp"

namespace squall::sim {

Search::Search(const Model& model, const SearchOptions& options)
    : options_(options),
      exploration_{.model = model,
                   .faults = options.faults,
                   .fault_budget = options.fault_budget,
                   .content = {.last_delivered = options.counting == Counting::actor && model.network.duplicating},
                   .idle_steps = options.counting == Counting::tlc,
                   .timers = options.timers},
      run_{.model = model,
           .decide = odometer_,
           .faults = options.faults,
           .violations = !model.monitors.empty() || options.judge != nullptr ? &violations_ : nullptr,
           .timed = false},
      enabled_(model, options.faults, options.timers),
      content_(model, exploration_.content),
      plain_(model, exploration_.content, options.incremental && !options.exact && options.symmetry == nullptr),
      parent_(model, Half::state_only),
      successors_{Successor{.world = parent_}, Successor{.world = parent_}},
      frontier_(parent_) {
  options_.states_max = std::min<std::uint64_t>(options_.states_max, Visited::size_max);
  run_.moves = &enabled_.moves();
  run_.notes_deliveries = exploration_.content.last_delivered;
  if (options_.reduce && options_.judge == nullptr && Ample::refusal(model).empty())
    reduction_ = std::make_unique<Reduction>(exploration_);
}

SearchResult Search::run() {
  begin_states();
  while (!stop_ && take_next()) {
    expand();
    if (options_.stop && ++expanded_ % 1024 == 0 && options_.stop()) end_at(Bound::stopped);
  }
  result_.distinct = std::min<std::uint64_t>(visited_.size(), options_.states_max);
  result_.complete = result_.bound == Bound::none;
  result_.undecided = violations_.undecided();
  result_.came_true = violations_.came_true();
  return std::move(result_);
}

/// The next state becomes the one being expanded.
bool Search::take_next() {
  if (options_.order == Order::depth_first) {
    if (stack_.empty()) return false;
    Waiting& next = stack_.back();
    parent_ = next.world;
    plain_.changed().note_all();
    for (Successor& successor : successors_) successor.world = parent_;
    place_ = next.place;
    level_ = next.level;
    stack_bytes_ -= next.world.bytes_allocated();
    stack_.pop_back();
    return true;
  }
  if (frontier_.empty()) return false;
  if (level_left_ == 0) {
    level_left_ = level_next_;
    level_next_ = 0;
    ++level_;
  }
  --level_left_;
  World* const worlds[] = {&parent_, &successors_[0].world, &successors_[1].world};
  place_ = frontier_.pop(worlds, &plain_.changed());
  if (!frontier_.empty()) visited_.prefetch_place(frontier_.front());
  return true;
}

void Search::put_off(const World& world, Place place, std::uint64_t touched) {
  if (options_.order == Order::depth_first) {
    stack_.push_back({world, place, level_ + 1});
    stack_bytes_ += stack_.back().world.bytes_allocated();
  } else {
    frontier_.push(world, place, &plain_.unlike_last(world, touched));
    ++level_next_;
  }
}

/// Nothing more is expanded.
void Search::end_at(Bound bound) {
  stop_ = true;
  result_.bound = bound;
}

void Search::begin_states() {
  World world = parent_;
  do {
    begin_explored(world, run_, exploration_);
    const std::uint64_t fingerprint = fingerprint_of(world, content_, options_.symmetry);
    const bool violated = !violations_.empty();
    if (violated) report(Visited::no_place, nullptr);
    ++result_.generated;
    if (visited_.full()) grow();
    insert(Visited::no_place, world, fingerprint, Run::everybody, violated);
  } while (odometer_.next());
}

void Search::expand() {
  plain_.begin(parent_, visited_.fingerprint(place_));
  const std::vector<Event>& events = enabled_.list(parent_);
  const std::vector<Event>& enough = enough_of(events);
  const std::vector<PlainWorlds::Foreseen>& foreseen = plain_.foresee(enough);
  for (const PlainWorlds::Foreseen& one : foreseen) {
    if (one.known) visited_.prefetch(one.fingerprint);
  }
  for (std::size_t e = 0; e < enough.size(); ++e) {
    if (!foreseen[e].known || !leads_nowhere_new(foreseen[e])) apply_all(enough[e]);
  }
  look_up(successors_[turn_]);  // the one made before the other
  look_up(successors_[turn_ ^ 1]);
  if (events.empty()) ++result_.terminal;
  // No fault has to strike: where nothing else can happen, a run may end.
  if (std::ranges::all_of(events, &Event::is_move)) judge_end();
}

/// Its run knows nothing of the search's own: what is tried is neither counted nor told.
Search::Reduction::Reduction(const Exploration& exploration)
    : ample(exploration.model, exploration.timers),
      footprint(exploration.model),
      run{.model = exploration.model,
          .decide = odometer,
          .faults = exploration.faults,
          .sink = &footprint,
          .violations = &violations,
          .timed = false},
      world(exploration.model, Half::state_only) {
  violations.wants_reasons = false;
  begin_explored(world, run, exploration);  // what is armed and who listens: `run` learns it here
  odometer.reset();
  violations.reset();
}

/// Of what can happen in the state being expanded, the events that do.
const std::vector<Event>& Search::enough_of(const std::vector<Event>& events) {
  if (!reduction_) return events;
  for (const Ample::Candidate& candidate : reduction_->ample.candidates(parent_, events)) {
    if (!is_enough(candidate)) continue;
    ++result_.reduced;
    return candidate.events;
  }
  return events;
}

/// Whether nothing of what a candidate's events do concerns anybody else, and all of it is new.
bool Search::is_enough(const Ample::Candidate& candidate) {
  Reduction& with = *reduction_;
  const auto tried = [&](Event event) {
    with.world = parent_;
    with.footprint.begin(candidate.agent);
    apply(with.world, event, with.run);
    const bool violated = !with.violations.empty();
    with.violations.clear();
    return !violated && with.footprint.kept_to_itself(exploration_.model, with.world) &&
           !visited_.holds(fingerprint_of(with.world, content_, options_.symmetry));
  };
  for (const Event event : candidate.events) {
    do {
      if (tried(event)) continue;
      with.odometer.reset();
      return false;
    } while (with.odometer.next());
  }
  return true;
}

/// Counts what an event leads to, where that is known and a state met before.
bool Search::leads_nowhere_new(const PlainWorlds::Foreseen& foreseen) {
  if (foreseen.idle && !exploration_.idle_steps) return true;
  if (!foreseen.nowhere && !visited_.holds(foreseen.fingerprint)) return false;
  ++result_.generated;
  return true;
}

/// All that one event can lead to.
void Search::apply_all(Event event) {
  do {
    Successor& next = successors_[turn_];
    look_up(next);
    apply(next.world, event, run_);
    const PlainWorlds::Change change = plain_.change(next.world, event, run_);
    const bool chosen = odometer_.asked();
    if (change == PlainWorlds::Change::none) {
      if (!chosen) plain_.remember(event, next.world, run_, change, 0);
      if (exploration_.idle_steps) ++result_.generated;
      continue;
    }
    const bool plain = change == PlainWorlds::Change::plain;
    next.changed = true;
    next.touched = plain ? run_.touched : Run::everybody;
    if ((run_.idle && !exploration_.idle_steps) || (options_.judge != nullptr && !options_.judge->inside(next.world))) {
      violations_.clear();
      continue;
    }
    ++result_.generated;
    next.fingerprint =
        plain ? plain_.hash(next.world, event, run_) : fingerprint_of(next.world, content_, options_.symmetry);
    if (plain && !chosen) plain_.remember(event, next.world, run_, change, next.fingerprint);
    visited_.prefetch(next.fingerprint);
    next.made = true;
    next.violated = !violations_.empty();
    if (next.violated) report(place_, &event, &next.world);
    turn_ ^= 1;
  } while (odometer_.next());
}

/// Counts a successor that was made, and makes it the state being expanded again.
void Search::look_up(Successor& successor) {
  if (successor.made && !stop_) {
    if (visited_.full()) grow();
    insert(place_, successor.world, successor.fingerprint, successor.touched, successor.violated);
  }
  if (successor.changed) plain_.restore(successor.world, successor.touched);
  successor.made = successor.changed = false;
}

void Search::insert(Place parent, const World& world, std::uint64_t fingerprint, std::uint64_t touched, bool violated) {
  const auto same = [&](Place place) { return !options_.exact || same_state(place, world); };
  const auto [place, is_new] = visited_.insert(fingerprint, parent, same);
  if (!is_new) return;
  if (visited_.size() > options_.states_max) {
    end_at(Bound::states);
    return;
  }
  result_.depth = std::max(result_.depth, level_ + 1);
  if (options_.exact) {
    encode(world);
    encoding_begins_.resize(visited_.capacity());
    encoding_begins_[place] = encodings_.size();
    encodings_.push_back(encoding_.size());
    encodings_.insert(encodings_.end(), encoding_.begin(), encoding_.end());
  }
  if (options_.judge != nullptr) {
    options_.judge->state(world, violations_);
    if (!violations_.empty()) {
      violated = true;
      report(place, nullptr);
    }
  }
  if (!violated && level_ + 1 >= options_.depth_max) {
    if (!stop_) result_.bound = Bound::depth;
  } else if (!violated) {
    put_off(world, place, touched);
  }
  const std::size_t exact_bytes =
      encodings_.capacity() * sizeof(std::uint64_t) + encoding_begins_.capacity() * sizeof(std::size_t);
  result_.bytes = std::max(result_.bytes, visited_.bytes() + frontier_.bytes() + stack_bytes_ + exact_bytes);
}

void Search::encode(const World& world) {
  if (options_.symmetry != nullptr) {
    options_.symmetry->encode(world, content_, encoding_);
  } else {
    content_.encode(world, encoding_);
  }
}

bool Search::same_state(Place place, const World& world) {
  encode(world);
  const std::uint64_t* kept = encodings_.data() + encoding_begins_[place];
  if (*kept == encoding_.size() && std::equal(encoding_.begin(), encoding_.end(), kept + 1)) return true;
  ++result_.collisions;
  return false;
}

void Search::grow() {
  const std::vector<Place> moved = visited_.grow();
  frontier_.relocate(moved);
  for (Waiting& waiting : stack_) waiting.place = moved[waiting.place];
  if (options_.exact) {
    std::vector<std::size_t> begins(visited_.capacity());
    for (std::size_t old = 0; old < moved.size(); ++old) {
      if (moved[old] != Visited::no_place) begins[moved[old]] = encoding_begins_[old];
    }
    encoding_begins_ = std::move(begins);
  }
  if (place_ != Visited::no_place) place_ = moved[place_];
}

/// Nothing can happen any more: what a timed run would judge at its end.
void Search::judge_end() {
  if (run_.violations == nullptr) return;
  World& world = successors_.front().world;
  finish(world, run_, false);
  if (!violations_.empty()) report(place_, nullptr);
  world = parent_;
}

std::vector<std::uint64_t> Search::fingerprints_to(Place place) const {
  std::vector<std::uint64_t> fingerprints;
  for (; place != Visited::no_place; place = visited_.parent(place))
    fingerprints.push_back(visited_.fingerprint(place));
  std::ranges::reverse(fingerprints);
  return fingerprints;
}

/// Of an event of the state being expanded.
std::string Search::name_of(Event event) {
  Enabled enabled{exploration_.model, exploration_.faults,
                  exploration_.timers};  // the other's list is being gone through
  const std::vector<Event>& events = enabled.list(parent_);
  const auto at = std::ranges::find(events, event) - events.begin();
  return event_names(exploration_.model, parent_, events, exploration_.faults,
                     enabled.moves())[static_cast<std::size_t>(at)];
}

/// Keeps what is new among the violations just found in the state at `place`, or by `event` in it.
void Search::report(Place place, const Event* event, const World* reached) {
  std::vector<Violation> found = violations_.list();
  violations_.clear();
  std::vector<std::uint32_t> begin;
  std::vector<Step> path;
  for (Violation& violation : found) {
    const auto same = [&](const Finding& known) {
      return known.violation.invariant == violation.invariant && known.violation.witness == violation.witness;
    };
    if (std::ranges::any_of(result_.findings, same)) continue;
    if (path.empty() && place != Visited::no_place) {
      std::vector<std::uint64_t> fingerprints = fingerprints_to(place);
      // Under other names it is another event that leads there.
      const bool renamed = options_.symmetry != nullptr && event != nullptr;
      if (renamed) {
        World there = *reached;
        fingerprints.push_back(options_.symmetry->fingerprint(there, content_));
      }
      path = path_through(exploration_, fingerprints, begin, options_.symmetry);
      if (event != nullptr && !renamed) {
        path.push_back({.event = *event,
                        .move = event->is_move() ? enabled_.moves()[event->index()] : Move{},
                        .answers = odometer_.answers(),
                        .text = name_of(*event)});
      }
    }
    result_.findings.push_back({.violation = std::move(violation), .begin = begin, .path = path});
    if (options_.first_only) end_at(Bound::first_violation);
  }
}

}  // namespace squall::sim
