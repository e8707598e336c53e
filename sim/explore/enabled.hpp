// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/apply.hpp"

namespace squall::sim {

/// When timeouts, deadlines, backoffs and the ends of leases may strike in an untimed world.
enum class Timers : std::uint8_t {
  any,  ///< whenever they are armed: nothing is known of how long anything takes
  last  ///< only when nothing else can happen, faults apart: everybody else is quicker than any bound
};

/// Whether a timer ends something because it has lasted too long, or lets it be tried again.
bool is_late(TimerKind kind);

/// What can happen next in an untimed world. Time does not exist there: every armed timer may be the next to strike,
/// whatever its duration, and a message may stay under way for as long as it likes.
///
/// Enabled are: of each FIFO link the message sent first, of other links all messages in flight; armed timers of every kind,
/// except the bounds of an activation whose turn is pending (they strike what follows); the actions of struct agents; the
/// moves that the interposer offers within the world's fault budget. A struct agent that says what it `takes` is delivered
/// nothing else.
class Enabled {
 public:
  Enabled(const Model& model, const Interposer* faults, Timers timers = Timers::any);

  /// Lists the events of `world`, in the order of its rows. `moves()` afterwards numbers its moves (`Run::moves`).
  const std::vector<Event>& list(const World& world);
  std::vector<Move>& moves() { return moves_; }

 private:
  void messages(const World& world);
  void timers(const World& world, bool late);
  bool takes(const World& world, Row message) const;

  const Model& model_;
  const Interposer* faults_;
  Timers timers_;
  bool has_fifo_ = false;
  std::vector<decltype(Behaviour::accepts)> accepts_;  ///< of struct agents that say what they take, by definition
  std::vector<AgentId> actors_;                        ///< agents from the start that have actions
  std::vector<Event> events_;
  std::vector<Move> moves_;
  ActionList actions_;
};

}  // namespace squall::sim
