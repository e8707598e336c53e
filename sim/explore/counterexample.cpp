// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/counterexample.hpp"

#include <algorithm>

#include "sim/explore/event_name.hpp"
#include "sim/explore/odometer.hpp"
#include "sim/explore/symmetry.hpp"

namespace squall::sim {
namespace {

/// Gives answers that were given before, in their order.
class Recited final : public Decider {
 public:
  void recite(const std::vector<std::uint32_t>& answers) {
    answers_ = answers;
    given_ = 0;
  }
  std::uint32_t choose(const Question&, Purpose, std::uint32_t, const std::uint32_t*) override {
    return given_ < answers_.size() ? answers_[given_++] : 0;
  }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t given_ = 0;
};

std::uint64_t hash_of(const World& world, Content& content, const Symmetry* symmetry) {
  if (symmetry == nullptr) return content.hash(world);
  World canonical = world;
  return symmetry->fingerprint(canonical, content);
}

/// Tries what can happen in one state, until something leads to `fingerprint`.
bool step_towards(std::uint64_t fingerprint, const Exploration& exploration, World& world, Run& run, Odometer& odometer,
                  Content& content, const Symmetry* symmetry, std::vector<Step>& path) {
  Enabled enabled{exploration.model, exploration.faults, exploration.timers};
  const std::vector<Event>& events = enabled.list(world);
  for (std::size_t e = 0; e < events.size(); ++e) {
    const Event event = events[e];
    do {
      World next = world;
      run.moves = &enabled.moves();
      apply(next, event, run);
      if ((exploration.idle_steps || !run.idle) && hash_of(next, content, symmetry) == fingerprint) {
        path.push_back({.event = event,
                        .move = event.is_move() ? enabled.moves()[event.index()] : Move{},
                        .answers = odometer.answers(),
                        .text = event_names(exploration.model, world, events, exploration.faults, enabled.moves())[e]});
        world = std::move(next);
        odometer.reset();
        return true;
      }
    } while (odometer.next());
  }
  return false;
}

}  // namespace

void begin_explored(World& world, Run& run, const Exploration& exploration) {
  world = World{exploration.model, Half::state_only};
  world.header().fault_budget = exploration.fault_budget;
  begin(world, run);
}

std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin) {
  return path_through(exploration, fingerprints, begin, nullptr);
}

std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin, const Symmetry* symmetry) {
  Odometer odometer;
  Run run{.model = exploration.model, .decide = odometer, .faults = exploration.faults, .timed = false};
  run.notes_deliveries = exploration.content.last_delivered;
  Violations known;  // monitors must run here too: what they remember is part of the state
  if (!exploration.model.monitors.empty()) run.violations = &known;
  Content content{exploration.model, exploration.content};
  World world{exploration.model, Half::state_only};
  std::vector<Step> path;
  do {
    begin_explored(world, run, exploration);
    if (hash_of(world, content, symmetry) == fingerprints.front()) break;
  } while (odometer.next());
  begin = odometer.answers();
  odometer.reset();
  for (std::size_t i = 1; i < fingerprints.size(); ++i) {
    if (!step_towards(fingerprints[i], exploration, world, run, odometer, content, symmetry, path)) return {};
  }
  return path;
}

World retrace(const Exploration& exploration, const std::vector<std::uint32_t>& begin, const std::vector<Step>& path,
              Sink& sink, Violations* judged) {
  Recited recited;
  Run run{.model = exploration.model, .decide = recited, .faults = exploration.faults, .timed = false};
  run.notes_deliveries = exploration.content.last_delivered;
  run.sink = &sink;
  run.violations = judged;
  World world{exploration.model, Half::state_only};
  recited.recite(begin);
  begin_explored(world, run, exploration);
  std::vector<Move> moves;
  for (const Step& step : path) {
    if (step.event.is_move()) {
      moves.resize(std::max(moves.size(), std::size_t{step.event.index()} + 1));
      moves[step.event.index()] = step.move;
    }
    run.moves = &moves;
    recited.recite(step.answers);
    apply(world, step.event, run);
  }
  return world;
}

}  // namespace squall::sim
