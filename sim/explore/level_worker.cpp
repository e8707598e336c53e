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
           .violations = !exploration.model.monitors.empty() ? &violations_ : nullptr,
           .timed = false},
      enabled_(exploration.model, exploration.faults, exploration.timers),
      content_(exploration.model, exploration.content),
      plain_(exploration.model, exploration.content, options.incremental && options.symmetry == nullptr),
      parent_(first),
      child_(first) {
  run_.moves = &enabled_.moves();
  run_.notes_deliveries = exploration.content.last_delivered;
  World world = first;  // arms the faults and what monitors listen to, in `run_`
  begin_explored(world, run_, exploration_);
  odometer_.reset();
  violations_.reset();
}

Expanded LevelWorker::expand(Piece& piece, const Visited& visited) {
  Expanded into{first_};
  parent_ = first_;
  child_ = first_;
  found_ = std::make_unique<Visited>();
  while (!piece.states.empty()) {
    World* const worlds[] = {&parent_, &child_};
    const Visited::Place place = piece.states.pop(worlds);
    expand_state(place, visited, into);
  }
  return into;
}

void LevelWorker::expand_state(Visited::Place place, const Visited& visited, Expanded& into) {
  plain_.begin(parent_, visited.fingerprint(place));
  events_ = enabled_.list(parent_);
  for (std::size_t e = 0; e < events_.size(); ++e) apply_all(place, visited, e, into);
  if (events_.empty()) ++into.terminal;
  if (run_.violations != nullptr && std::ranges::all_of(events_, &Event::is_move)) {
    finish(child_, run_, false);
    if (!violations_.empty()) tell(place, nullptr, into);
    child_ = parent_;
  }
}

void LevelWorker::apply_all(Visited::Place place, const Visited& visited, std::size_t e, Expanded& into) {
  const Event event = events_[e];
  do {
    apply(child_, event, run_);
    const PlainWorlds::Change change = plain_.change(child_, event, run_);
    if (change == PlainWorlds::Change::none) {
      into.generated += exploration_.idle_steps ? 1 : 0;
      continue;
    }
    const bool plain = change == PlainWorlds::Change::plain;
    const std::uint64_t touched = plain ? run_.touched : Run::everybody;
    const bool outside = options_.judge != nullptr && !options_.judge->inside(child_);
    if ((run_.idle && !exploration_.idle_steps) || outside) {
      violations_.clear();
      plain_.restore(child_, touched);
      continue;
    }
    ++into.generated;
    if (options_.symmetry != nullptr) options_.symmetry->canonical(child_);
    const std::uint64_t fingerprint =
        plain && options_.symmetry == nullptr ? plain_.hash(child_, event, run_) : content_.hash(child_);
    const bool violated = !violations_.empty();
    if (violated) tell(place, &event, into);
    if (!visited.holds(fingerprint)) {
      if (found_->full()) found_->grow();
      const bool is_new = found_->insert(fingerprint, 0, [](Visited::Place) { return true; }).second;
      if (is_new) {
        into.candidates.push_back({fingerprint, place, violated});
        into.worlds.push(child_, 0);
      }
    }
    plain_.restore(child_, options_.symmetry != nullptr ? Run::everybody : touched);
  } while (odometer_.next());
}

void LevelWorker::tell(Visited::Place place, const Event* event, Expanded& into) {
  std::vector<Violation> found = violations_.list();
  violations_.clear();
  for (Violation& violation : found) {
    const auto same = [&](const Violation& known) {
      return known.invariant == violation.invariant && known.witness == violation.witness;
    };
    if (std::ranges::any_of(known_, same)) continue;
    known_.push_back({.invariant = violation.invariant, .witness = violation.witness, .at = {}, .reasons = {}});
    std::optional<Step> step;
    const std::uint64_t reached = event != nullptr && options_.symmetry != nullptr ? content_.hash(child_) : 0;
    if (event != nullptr && reached == 0) {
      const std::vector<std::string> names =
          event_names(exploration_.model, parent_, events_, exploration_.faults, enabled_.moves());
      const auto at = static_cast<std::size_t>(std::ranges::find(events_, *event) - events_.begin());
      step = Step{.event = *event,
                  .move = event->is_move() ? enabled_.moves()[event->index()] : Move{},
                  .answers = odometer_.answers(),
                  .text = names[at]};
    }
    into.told.push_back({place, std::move(step), reached, std::move(violation)});
  }
}

}  // namespace squall::sim::detail
