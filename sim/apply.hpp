// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/decide.hpp"
#include "sim/model.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::sim {

/// One pending row becoming due. Bit 23 tells timers from messages, bit 31 moves of the environment from both, bit 30 a
/// struct agent's action (explored worlds only): 22 bits of agent, 8 bits of action number.
struct Event {
  std::uint32_t row;

  static constexpr std::uint32_t timer_bit = 1U << 23;
  static constexpr std::uint32_t action_bit = 1U << 30;
  static constexpr std::uint32_t move_bit = 1U << 31;
  static constexpr Event message(Row r) { return {r}; }
  static constexpr Event timer(Row r) { return {r | timer_bit}; }
  static constexpr Event move(std::uint32_t number) { return {number | move_bit}; }
  static constexpr Event action(AgentId agent, std::uint32_t number) {
    return {action_bit | sim::index(agent) << 8 | number};
  }
  constexpr bool is_message() const { return (row & (timer_bit | action_bit | move_bit)) == 0; }
  constexpr bool is_timer() const { return (row & (timer_bit | action_bit | move_bit)) == timer_bit; }
  constexpr bool is_move() const { return (row & move_bit) != 0; }
  constexpr bool is_action() const { return (row & (action_bit | move_bit)) == action_bit; }
  constexpr AgentId actor() const { return AgentId{(row & ~action_bit) >> 8}; }
  constexpr std::uint32_t action_number() const { return row & 0xffU; }
  constexpr Row index() const { return row & ~(timer_bit | move_bit); }
  friend bool operator==(Event, Event) = default;
};

/// What accompanies one run and is never part of its world.
struct Run {
  const Model& model;
  Decider& decide;
  std::uint64_t key = 0;               ///< `run_key` of the seed; timed runs only
  const Interposer* faults = nullptr;  ///< null when nothing is armed
  Sink* sink = nullptr;                ///< null when nobody watches
  Violations* violations = nullptr;    ///< null when nobody judges
  bool timed = true;
  std::vector<Move>* moves = nullptr;  ///< explored: the moves that `Event::move` numbers
  bool notes_deliveries = false;       ///< explored, duplicating network: keep `Header::last_delivered`
  SeenMask watched = 0;                ///< what monitors and sink listen to, together; set by `begin`
  SeenMask sunk = 0;                   ///< what the sink listens to; set by `begin`
  SeenMask heard = 0;                  ///< what monitors listen to; set by `begin`
  /// Set by `begin`: a timed run in which sends, deliveries and draws ask for no more than what all runs do there. Nothing but
  /// sends may be struck, and these by odds; no pins, links of their own, bounded inboxes, published or inner topics,
  /// acknowledgements.
  bool plain = false;
  bool free_steps = false;         ///< nobody watches steps begin, and no fault strikes them; set by `begin`
  bool looks = false;              ///< some monitor looks at what lasts; set by `begin`
  const SendOdds* odds = nullptr;  ///< of `faults`; set by `begin`

  // What the event being applied has done so far; `apply` clears it.
  std::vector<Observation> seen{};  ///< for monitors, judged after the event
  bool idle = true;                 ///< the event changed no agent and sent nothing; untimed runs only
  bool merged = false;              ///< it sent what is under way already (`Network::duplicating`); untimed runs only
  static constexpr std::uint64_t everybody = ~std::uint64_t{0};
  std::uint64_t touched = 0;  ///< agents that had a turn, a bit each; `everybody`: any agent may have changed
  /// Who stops when its turn returns, struck at a step or by its own will, and how. Assigned whole.
  struct Stopping {
    AgentId agent = nobody;
    Duration restart_after{-1};  ///< of a crash; negative: it stays down
    bool with_memory = false;
    bool hangs = false;  ///< instead of a crash
  };
  Stopping stopping{};
  bool settle_all = false;  ///< a crash or a restart: any instance may be over now
};

/// Computes `run.watched`, arms `run.faults` in the world and lets it schedule what has its own time.
/// Call once for a new world, before its first event.
void begin(World& world, Run& run);

/// The one function that changes a world: applies one pending event, judges it and settles what follows.
/// Requires: `event` is pending (timed: it has just been taken out of the calendar, and the clock stands at its instant).
void apply(World& world, Event event, Run& run);

/// At the end of a run: nothing is pending any more (`undecided`: a limit was reached first). Judges what only the end shows.
void finish(World& world, Run& run, bool undecided);

/// Runs the next turn of `activation`. For drivers' ready fast path; counted, digested and judged as an event.
void apply_ready(World& world, Row activation, Run& run);

// ---- what faults may do to a world (`Interposer::play`, verdicts) ----

/// Takes all activations, variables (unless `with_memory`) and (unless it survives) the mailbox of `agent`. Nobody is told
/// but watchers and, as `ended`, the parent. `restart_after`: a restart is scheduled. Nothing where it is not up.
void crash(World& world, Run& run, AgentId agent, std::optional<Duration> restart_after, bool with_memory = false);
/// Starts a crashed agent again, as its definition resumes. Nothing where it is not down.
void restart(World& world, Run& run, AgentId agent);
/// `Interposer::play` is asked to make `move` so much later; its `detail` is not kept. It holds no instance open.
void schedule(World& world, Run& run, Duration after, const Move& move);
/// The agent does nothing any more: no turn, no timer, no handler; messages pile up in its mailbox. It keeps what it holds
/// and leaves the lines it stands in. Watchers notice. Nothing where it is not up.
void hang(World& world, Run& run, AgentId agent);
/// A message in flight will not arrive.
void lose(World& world, Run& run, Row message);
// The next three are for explored worlds: in timed runs the fate of a message is settled at its send.
/// Another copy of a message in flight.
Row duplicate(World& world, Run& run, Row message);
/// A message in flight leaves the order of its link: it neither waits for earlier ones nor holds back later ones.
void reorder(World& world, Run& run, Row message);
/// A message in flight becomes what `verdict` (`changed`, `content`, `removed`) says.
void corrupt(World& world, Run& run, Row message, const Verdict& verdict);
/// The inbox of `agent` takes messages again: of those that wait for room there as many go on as there is room for.
void room_again(World& world, Run& run, AgentId agent);
/// A key whose operations acted on two heads has one again, in all instances: what was written last.
void join_heads(World& world, const Model& model, KeyId id);
/// A message in flight will arrive at `to`, outside the order of any link.
void redirect(World& world, Run& run, Row message, AgentId to);

// ---- what faults may ask ----

/// Whether the link from one to the other keeps the order of its messages.
bool keeps_order(const Model& model, const World& world, AgentId from, AgentId to);

}  // namespace squall::sim
