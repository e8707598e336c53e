// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/level_worker.hpp"

#include <algorithm>
#include <utility>

#include "sim/explore/event_name.hpp"

namespace squall::sim::detail {

LevelWorker::LevelWorker(const Exploration& exploration, const SearchOptions& options, const World& first)
    : exploration_(exploration),
      options_(options),
      first_(first),
      run_{.model = exploration.model,
           .decide = odometer_,
           .faults = exploration.faults,
           .violations = !exploration.model.monitors.empty() || options.judge != nullptr ? &violations_ : nullptr,
           .timed = false},
      enabled_(exploration.model, exploration.faults, exploration.timers),
      content_(exploration.model, exploration.content),
      plain_(exploration.model, exploration.content, options.incremental && options.symmetry == nullptr),
      parent_(first),
      successors_{Successor{.world = first}, Successor{.world = first}} {
  run_.moves = &enabled_.moves();
  run_.notes_deliveries = exploration.content.last_delivered;
  World world = first;  // what is armed and who listens: `run_` learns it here
  begin_explored(world, run_, exploration_);
  odometer_.reset();
  violations_.reset();
}

Expanded LevelWorker::expand(Piece& piece, std::size_t number, const Visited& visited, LatelyFound& found) {
  number_ = number;
  visited_ = &visited;
  found_ = &found;
  into_ = {};
  parent_ = first_;
  plain_.changed().note_all();
  for (Successor& successor : successors_) successor.world = first_;
  for (const Visited::Place place : piece.places) {
    World* const worlds[] = {&parent_, &successors_[0].world, &successors_[1].world};
    piece.states.pop(worlds, &plain_.changed());
    if (place != Visited::no_place) expand_state(place);
  }
  return std::move(into_);
}

void LevelWorker::expand_state(Visited::Place place) {
  place_ = place;
  plain_.begin(parent_, visited_->fingerprint(place));
  events_ = enabled_.list(parent_);
  const std::vector<PlainWorlds::Foreseen>& foreseen = plain_.foresee(events_);
  for (const PlainWorlds::Foreseen& one : foreseen) {
    if (!one.known) continue;
    visited_->prefetch(one.fingerprint);
    found_->prefetch(one.fingerprint);
  }
  for (std::size_t e = 0; e < events_.size(); ++e) {
    if (!foreseen[e].known || !leads_nowhere_new(foreseen[e])) apply_all(e);
  }
  look_up(successors_[turn_]);
  look_up(successors_[turn_ ^ 1]);
  if (events_.empty()) ++into_.terminal;
  if (run_.violations == nullptr || !std::ranges::all_of(events_, &Event::is_move)) return;
  World& world = successors_.front().world;
  finish(world, run_, false);
  if (!violations_.empty()) tell(nullptr, 0);
  world = parent_;
}

/// As `Search::leads_nowhere_new`: met before in an earlier level, or by this piece or one before it.
bool LevelWorker::leads_nowhere_new(const PlainWorlds::Foreseen& foreseen) {
  if (foreseen.idle && !exploration_.idle_steps) return true;
  const bool known = visited_->holds(foreseen.fingerprint) || found_->holds(foreseen.fingerprint, number_);
  if (!foreseen.nowhere && !known) return false;
  ++into_.generated;
  return true;
}

void LevelWorker::apply_all(std::size_t e) {
  const Event event = events_[e];
  do {
    Successor& next = successors_[turn_];
    look_up(next);
    apply(next.world, event, run_);
    const PlainWorlds::Change change = plain_.change(next.world, event, run_);
    const bool chosen = odometer_.asked();
    if (change == PlainWorlds::Change::none) {
      if (!chosen) plain_.remember(event, next.world, run_, change, 0);
      into_.generated += exploration_.idle_steps ? 1 : 0;
      continue;
    }
    const bool plain = change == PlainWorlds::Change::plain;
    next.changed = true;
    next.touched = plain ? run_.touched : Run::everybody;
    const bool outside = options_.judge != nullptr && !options_.judge->inside(next.world);
    if ((run_.idle && !exploration_.idle_steps) || outside) {
      violations_.clear();
      continue;
    }
    ++into_.generated;
    next.fingerprint =
        plain ? plain_.hash(next.world, event, run_) : fingerprint_of(next.world, content_, options_.symmetry);
    if (plain && !chosen) plain_.remember(event, next.world, run_, change, next.fingerprint);
    visited_->prefetch(next.fingerprint);
    found_->prefetch(next.fingerprint);
    next.made = true;
    next.violated = !violations_.empty();
    if (next.violated) tell(&event, next.fingerprint);
    turn_ ^= 1;
  } while (odometer_.next());
}

/// Keeps a successor that was made, where nothing before it has led there, and makes it the state being expanded again.
void LevelWorker::look_up(Successor& successor) {
  if (successor.made && !visited_->holds(successor.fingerprint) && !found_->holds(successor.fingerprint, number_)) {
    found_->note(successor.fingerprint, number_);
    Expanded::Candidate candidate{successor.fingerprint, place_, successor.violated};
    judge(successor, candidate);
    const bool full = into_.batches.empty() || into_.batches.back()->candidates.size() == Piece::states_max;
    if (full) into_.batches.push_back(std::make_unique<Expanded::Batch>(first_));
    into_.batches.back()->candidates.push_back(candidate);
    // A new batch has seen no other state.
    const ChangedRows& unlike = plain_.unlike_last(successor.world, successor.touched);
    into_.batches.back()->piece.states.push(successor.world, 0, full ? nullptr : &unlike);
  }
  if (successor.changed) plain_.restore(successor.world, successor.touched);
  successor.made = successor.changed = false;
}

void LevelWorker::judge(const Successor& successor, Expanded::Candidate& candidate) {
  if (options_.judge == nullptr) return;
  options_.judge->state(successor.world, violations_);
  if (violations_.empty()) return;
  candidate.violated = true;
  tell(nullptr, successor.fingerprint);
}

void LevelWorker::tell(const Event* event, std::uint64_t reached) {
  std::vector<Violation> found = violations_.list();
  violations_.clear();
  for (Violation& violation : found) {
    const auto same = [&](const Violation& known) {
      return known.invariant == violation.invariant && known.witness == violation.witness;
    };
    if (std::ranges::any_of(known_, same)) continue;
    known_.push_back({.invariant = violation.invariant, .witness = violation.witness, .at = {}, .reasons = {}});
    std::optional<Step> step;
    // Under other names it is another event that leads there.
    if (event != nullptr && options_.symmetry == nullptr) {
      const std::vector<std::string> names =
          event_names(exploration_.model, parent_, events_, exploration_.faults, enabled_.moves());
      const auto at = static_cast<std::size_t>(std::ranges::find(events_, *event) - events_.begin());
      step = Step{.event = *event,
                  .move = event->is_move() ? enabled_.moves()[event->index()] : Move{},
                  .answers = odometer_.answers(),
                  .text = names[at]};
    }
    const std::uint64_t to = step ? 0 : reached;
    into_.told.push_back({place_, std::move(step), to, std::move(violation)});
  }
}

}  // namespace squall::sim::detail
