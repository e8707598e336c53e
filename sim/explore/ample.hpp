// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/apply.hpp"
#include "sim/explore/enabled.hpp"

namespace squall::sim {

/// Partial-order reduction: where the events of one agent meet nothing that anybody else can do before them, their order
/// against the others' leads nowhere new, and only they are looked at.
///
/// Ample sets (Peled, "All from one, one for all", CAV 1993; Clarke, Grumberg, Peled, "Model Checking", 1999, chapter 10).
/// The four conditions, and how each is known:
/// - an ample set is empty only where nothing can happen: candidates have events;
/// - whatever others do before, it meets none of its events: the agent takes messages of its own, changes itself and
///   sends, as its observations show (`kept_to_itself`); and nobody who can act without it can reach it (`candidates`);
/// - its events are invisible: no judge hears of them, unless what that finds lasts (`Monitor::rests`), and none of them
///   violates anything;
/// - on a cycle some state is looked at wholly: all that an ample set leads to is new to the search, which asks for that.
/// So all ends of runs are reached, and the same claims are violated; ways there are not the shortest.
class Ample {
 public:
  struct Candidate {
    AgentId agent{};
    std::vector<Event> events;  ///< all of this agent, in the order of the list
  };

  Ample(const Model& model, Timers timers);

  /// Why nothing may be left out in this model, as a half sentence; empty where something may.
  static std::string refusal(const Model& model);

  /// Agents whose enabled events alone may do: nobody else can reach them before. `events`: all that can happen in `world`.
  /// Nothing while faults may strike. O(agents x what they can hand out).
  const std::vector<Candidate>& candidates(const World& world, const std::vector<Event>& events);

 private:
  struct Reached;
  bool group(const World& world, const std::vector<Event>& events);
  bool reachable(const World& world, AgentId agent, const std::vector<Event>& events);
  void note(const World& world, AgentId from, Reached& reached) const;
  void note_program(const Definition& definition, std::uint32_t pc, Reached& reached) const;
  bool helped(const World& world, AgentId agent, const Reached& reached) const;

  const Model& model_;
  Timers timers_;
  std::vector<Candidate> groups_;
  std::vector<Candidate> candidates_;
};

/// What one event has done beyond its agent, as it is observed. To be asked of every event of a candidate, with every answer.
class Footprint final : public Sink {
 public:
  explicit Footprint(const Model& model);
  void begin(AgentId agent) {
    agent_ = agent;
    alone_ = true;
  }
  void on(const Model& model, const World& world, const Observation& seen) override;
  /// Whether the event that has just been applied touched its agent, messages to it and messages from it, nothing else, and
  /// no judge can tell when it happened.
  bool kept_to_itself(const Model& model, const World& after) const;

 private:
  AgentId agent_ = nobody;
  SeenMask heard_ = 0;  ///< by judges to whom the order matters
  bool alone_ = true;
};

}  // namespace squall::sim
