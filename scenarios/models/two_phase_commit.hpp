// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Two-phase commit as Gray and Lamport specify it ("Consensus on Transaction Commit", 2006; TwoPhase.tla): participants
/// prepare or abort by themselves, the manager commits when all have said that they are prepared, or aborts when it likes.
/// Messages are never lost and never go away (a duplicating network).
///
/// Distinct states for 3, 5, 7 participants: 288, 8,832, 296,448.
namespace two_phase_commit {

inline constexpr sim::TopicId prepared{0}, commit{1}, abort{2};
inline constexpr sim::AgentId manager{0};
inline constexpr std::uint32_t first_participant = 1;

struct Participant {
  enum State : std::uint64_t { working, is_prepared, committed, aborted };
  std::uint64_t state = working;
  static constexpr bool local = true;

  enum Action : std::uint32_t { prepare, give_up };
  void actions(sim::ActionList& list) const {
    if (state != working) return;
    list.add(prepare);
    list.add(give_up);
  }
  void on_action(sim::Turn& turn, std::uint32_t action) {
    state = action == prepare ? is_prepared : aborted;
    if (action == prepare) turn.send(manager, prepared);
  }
  void on_message(sim::Turn&, const sim::Message& message) { state = message.topic == commit ? committed : aborted; }
};

struct Manager {
  enum State : std::uint32_t { waiting, committed, aborted };
  std::uint32_t state = waiting;
  std::uint32_t heard = 0;  ///< participants that are prepared, a bit each
  static constexpr bool local = true;

  enum Action : std::uint32_t { decide_commit, decide_abort };
  void actions(const sim::Model& model, const sim::World&, sim::AgentId, sim::ActionList& list) const {
    if (state != waiting) return;
    if (heard == (1U << participants(model)) - 1) list.add(decide_commit);
    list.add(decide_abort);
  }
  void on_action(sim::Turn& turn, std::uint32_t action) {
    state = action == decide_commit ? committed : aborted;
    for (std::uint32_t p = 0; p < participants(turn.model()); ++p) {
      turn.send(sim::AgentId{first_participant + p}, action == decide_commit ? commit : abort);
    }
  }
  /// Once it has decided, what it hears is no step any more.
  bool takes(const sim::Message&) const { return state == waiting; }
  void on_message(sim::Turn&, const sim::Message& message) {
    heard |= 1U << (sim::index(message.from) - first_participant);
  }

  static std::uint32_t participants(const sim::Model& model) { return model.definitions[1].replicas; }
};

inline sim::Model model(std::uint32_t participants) {
  sim::Model result;
  result.name = "two-phase commit";
  sim::add_topic(result, "prepared");
  sim::add_topic(result, "commit");
  sim::add_topic(result, "abort");
  sim::add_agent<Manager>(result, "manager");
  sim::add_agent<Participant>(result, "participant", {}, participants);
  result.network.fifo = false;
  result.network.duplicating = true;
  result.finish();
  return result;
}

/// Whether one participant committed and another one aborted: what the protocol must never allow.
inline bool inconsistent(const sim::World& world, const sim::Model& model) {
  bool committed = false, aborted = false;
  for (std::uint32_t p = 0; p < Manager::participants(model); ++p) {
    const auto state = static_cast<std::uint64_t>(world.cells(sim::AgentId{first_participant + p})[0]);
    committed = committed || state == Participant::committed;
    aborted = aborted || state == Participant::aborted;
  }
  return committed && aborted;
}

}  // namespace two_phase_commit
}  // namespace squall::scenarios
