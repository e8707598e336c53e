// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/audit.hpp"
#include "sim/timed.hpp"
#include "sim/turn.hpp"

/// A small world for tests of one part of the kernel: agents are lists of C++ steps, one a turn, and after every event the
/// whole world is audited.
namespace squall::sim::testing {

using Step = std::function<void(Turn&, const Wake&)>;

inline void script_turn(Turn& turn, const Wake& wake) {
  const auto& steps = *static_cast<const std::vector<Step>*>(
      turn.model().definition(turn.world.agent(turn.self).definition).behaviour->code);
  const std::uint32_t pc = turn.row().pc;
  if (pc == steps.size()) {
    turn.end(Ending::ok);
    return;
  }
  turn.row().pc = pc + 1;
  steps[pc](turn, wake);
  if (!turn.ended() && turn.row().phase == Phase::running) turn.yield();
}

/// The question of a step: one counter for all steps of an activation.
inline Question ask(Turn& turn) { return turn.ask({.key = site_key("step"), .counter = 0}); }

inline Step sleep(Duration time) {
  return [time](Turn& turn, const Wake&) { turn.busy(TimerKind::work, time); };
}
/// Waits for nothing that anybody will ever give.
inline Step hang() {
  return [](Turn& turn, const Wake&) { turn.wait_reply(0); };
}

/// Answers untimed questions from a list, then always 0; notes how many ways each had.
class Answers final : public Decider {
 public:
  explicit Answers(std::vector<std::uint32_t> answers = {}) : answers_(std::move(answers)) {}
  std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t*) override {
    ways.push_back(n);
    return ways.size() <= answers_.size() ? answers_[ways.size() - 1] : 0;
  }
  std::vector<std::uint32_t> ways;

 private:
  std::vector<std::uint32_t> answers_;
};

/// A fault that does one thing wherever a strike of its kind comes; or at the n-th of them alone (from 1).
class OneFault final : public Interposer {
 public:
  OneFault(Strike where, Verdict verdict, Operation operation = Operation::none, int nth = 0)
      : where_(where), verdict_(verdict), operation_(operation), nth_(nth) {
    if (verdict_.kinds == 0) verdict_.kinds = 1;
  }
  std::uint32_t armed() const override { return static_cast<std::uint32_t>(where_); }
  Verdict strike(World&, Run&, const Target& target) const override {
    ++struck;
    const bool hits =
        (operation_ == Operation::none || operation_ == target.operation) && (nth_ == 0 || nth_ == struck);
    return hits ? verdict_ : Verdict{};
  }
  mutable int struck = 0;

 private:
  Strike where_;
  Verdict verdict_;
  Operation operation_;
  int nth_;
};

/// Remembers all that was seen.
class Watcher final : public Sink {
 public:
  struct Sight {
    Observation what;
    Duration at;
  };
  void on(const Model&, const World& world, const Observation& observation) override {
    seen.push_back({observation, world.timed() ? world.clock().now.time_since_epoch() : Duration{}});
  }
  std::vector<Sight> of(Seen kind) const {
    std::vector<Sight> found;
    for (const Sight& sight : seen) {
      if (sight.what.kind == kind) found.push_back(sight);
    }
    return found;
  }
  std::vector<Sight> seen;
};

class Stage {
 public:
  Model model;
  Watcher watcher;

  Stage() { model.network.fifo = false; }

  KeyId key(KeyInfo info) {
    model.keys.push_back(std::move(info));
    return KeyId{static_cast<std::uint16_t>(model.keys.size() - 1)};
  }
  KeyId key(const char* name, KeyInfo info = {}) {
    info.name = name;
    return key(std::move(info));
  }
  ToolId tool(ToolInfo info) {
    model.tools.push_back(std::move(info));
    return ToolId{static_cast<std::uint16_t>(model.tools.size() - 1)};
  }
  ResourceId resource(ResourceInfo info) {
    model.resources.push_back(std::move(info));
    return ResourceId{static_cast<std::uint16_t>(model.resources.size() - 1)};
  }
  ArtifactName artifact(std::string name) {
    model.artifact_names.push_back(std::move(name));
    return ArtifactName{static_cast<std::uint32_t>(model.artifact_names.size() - 1)};
  }
  DefinitionId agent(std::string name, std::vector<Step> steps, std::uint32_t replicas = 1) {
    static constexpr CellType locals[] = {CellType::integer, CellType::integer};
    Behaviour& behaviour = model.keep(Behaviour{});
    behaviour.turn = &script_turn;
    behaviour.code = &model.keep(std::move(steps));
    behaviour.local_types = locals;
    behaviour.sites = 1;
    Definition definition;
    definition.name = std::move(name);
    definition.behaviour = &behaviour;
    definition.replicas = replicas;
    model.definitions.push_back(std::move(definition));
    return DefinitionId{static_cast<std::uint32_t>(model.definitions.size() - 1)};
  }

  /// Runs a fresh world to its end; returns it.
  World timed(std::uint64_t seed = 1, const Interposer* faults = nullptr) {
    finish_model();
    Named named{Seed{seed}};
    World world{model, Half::state_and_shadow};
    Run run{.model = model, .decide = named, .key = run_key(Seed{seed}), .faults = faults, .sink = &watcher};
    begin(world, run);
    check(world);
    while (step(world, run)) {
      check(world);
      if (!copies) continue;
      World copy{world};
      world = std::move(copy);
    }
    finish(world, run, false);
    return world;
  }

  /// Applies pending events, the oldest row first, until none is left: one path of an explored world.
  World untimed(Decider& decide, const Interposer* faults = nullptr) {
    finish_model();
    World world{model, Half::state_only};
    Run run{.model = model, .decide = decide, .faults = faults, .sink = &watcher, .timed = false};
    begin(world, run);
    check(world);
    for (int events = 0; events < 10'000; ++events) {
      Row due = no_row;
      for (Row t = 0; t < world.used(Pool::timers) && due == no_row; ++t) {
        if (world.timer(t).kind != TimerKind::free && (!last || !last(world, t))) due = t;
      }
      for (Row t = 0; t < world.used(Pool::timers) && due == no_row; ++t) {
        if (world.timer(t).kind != TimerKind::free) due = t;
      }
      if (due == no_row) return world;
      apply(world, Event::timer(due), run);
      check(world);
    }
    FAIL("the world does not come to rest");
    return world;
  }
  /// Timed: the world goes on as a copy of itself after each event.
  bool copies = false;
  /// Untimed: timers for which this holds strike only when nothing else can happen.
  std::function<bool(const World&, Row timer)> last;

 private:
  void finish_model() {
    if (!std::exchange(finished_, true)) model.finish();
    watcher.seen.clear();
  }
  void check(const World& world) const {
    for (const std::string& complaint : audit(world, model)) FAIL_CHECK(complaint);
  }
  bool finished_ = false;
};

/// Rows of a pool that are in use.
inline std::uint32_t in_use(const World& world, Pool pool) {
  std::uint32_t free = 0;
  for (Row row = world.header().pools[static_cast<std::size_t>(pool)].free; row != no_row; ++free) {
    std::memcpy(&row, world.at(pool) + std::size_t{row} * world.stride(pool), sizeof(Row));
  }
  return world.used(pool) - free;
}

}  // namespace squall::sim::testing
