// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/apply.hpp"
#include "sim/turn.hpp"

/// What the parts of the kernel ask of one another. Nobody outside sim/ includes this.
///
/// Two rules hold everywhere. Pools grow only between events, except where a function says that it reserves by itself:
/// a reference to a row is then invalid after the call. And nothing here runs a turn inside another turn: what a turn
/// causes in other activations begins as a `ready` timer (`wake`).
namespace squall::sim::detail {

// ---- observations ----
inline bool watched(const Run& run, Seen kind) { return (run.watched & bit(kind)) != 0; }
/// To the sink at once, to the monitors after the event. Callers ask `watched` first where building one costs something.
void hear(World&, Run&, const Observation&);
inline void observe(World& world, Run& run, const Observation& observation) {
  const SeenMask kind = bit(observation.kind);
  if ((run.heard & kind) != 0) {
    const Observation told = observation;  // a copy: what has no address need not be put together for the sink
    hear(world, run, told);
  } else if ((run.sunk & kind) != 0) {
    Observation& seen = run.sink->place();
    seen = observation;
    run.sink->on(run.model, world, seen);
  }
}
/// Lets the monitors look at what lasts, before it is swept away. Callers ask `run.looks` first.
void look(World&, Run&);
/// What `placed` works with. Requires: somebody judges.
Judging judging(World&, const Run&, const PlacedMonitor& placed);
/// The clock has gone past the earliest obligation: those who have any judge the world as it stood until now.
void obligations_due(World&, Run&);
/// Tells the monitors what was seen of the event.
void judge(World&, Run&);
/// Judges the event, then closes what is over with it. An instance is freed only once it has been judged.
void settle_slowly(World&, Run&, Row instance);
/// Instances stay open while somebody of theirs stands in a line, since another instance may let it go on. When nothing
/// can happen any more, none will.
void close_lines(World&, Run&);
inline bool armed(const World& world, Strike strike) {
  return (world.header().armed & static_cast<std::uint32_t>(strike)) != 0;
}

/// The instance to which things belong that name none: the only one of a load of one, while it lives; else none.
Row only_instance(const World&, const Run&);

// ---- timer_due.cpp ----
/// A timer comes out of the calendar.
void timer_due(World&, Run&, Row timer);
/// The same where `Run::plain` holds.
void plain_timer_due(World&, Run&, Row timer);
/// What would begin a turn of a paused agent waits until the pause is over: messages stay under way, timers pending.
bool postponed(World&, Run&, Event);
/// A move that changes nothing leaves no mark: a plan's line that does not strike must not show in the digest.
void play(World&, Run&, const Move&);

// ---- timers.cpp ----
/// A timer due `after` from now (an explored world has no time: it is just pending). Reserves. Counts in `instance`'s
/// pending, if that is a row.
Row arm(World&, Run&, TimerKind, Row target, Row instance, Duration after, std::uint32_t detail = 0);
/// A timer that has not struck will not. In a timed world its row stays, as `stale`, until the calendar brings it.
void disarm(World&, Row timer);
/// The next turn of an activation, now, after all that is due already: `why` and `row` are its Wake. Its wait, if any, is
/// over at once (phase `running`), so nobody wakes it twice. Requires: not running.
void wake(World&, Run&, Row activation, Wake::Why why, Row row = no_row);

// ---- activation.cpp: the life of activations and instances ----
/// A new activation of `agent`; its first turn (`Wake::start`) is ready. Reserves. `key` names its draws.
Row begin_activation(World&, Run&, AgentId agent, Row instance, std::uint32_t pc, std::uint8_t flags, std::uint64_t key,
                     Row parent = no_row, Row message = no_row);
/// Timers of every kind that would strike or resume this activation will not.
void disarm_all(World&, Row activation);
/// Content key of a root: agent, member, incarnation.
std::uint64_t root_key(const Model&, const World&, AgentId);
/// Tells whoever listens that an activation waits no longer. Callers ask `watched` first.
void resumed(World&, Run&, Row activation);
/// Runs one turn now. Only `apply` and what it calls for the one event use this. (The two parts that it consists of are
/// inline, in `run_turn.hpp`.)
void run_turn(World&, Run&, Row activation, const Wake&);
/// Takes the activation out of whatever it waits for or is busy with (mailbox, line, call, own timer, children), so that
/// a turn with `timeout` or `cancelled` can begin.
void interrupt(World&, Run&, Row activation);
/// The activation is over: everything it holds is given back (`forget_*` below, references of its cells), its parent,
/// asker, queue and instance are told, a waiting message may start the next handler.
void end_activation(World&, Run&, Row activation, Ending, Error, std::int64_t because = -1);
/// Takes the activation out of its agent's list and frees its row with all that it refers to; tells nobody.
/// `crashed`: stopped from outside, it may have timers of any kind.
void free_activation(World&, Run&, Row activation, bool crashed);
/// The `do` of an agent begins for an instance: its first turn is ready.
void begin_root(World&, Run&, AgentId, Row instance);
void begin_instance(World&, Run&);
/// The load's next instance, if one is still to come.
void arm_next_arrival(World&, Run&);
/// The one activation of a struct agent; runs its `on_start` now.
void begin_struct_agent(World&, Run&, AgentId);
/// Closes `instance` if nothing of it can happen any more; its rows stay until it has been judged.
void settle_instance(World&, Run&, Row instance);
/// Whether a message of the instance waits for a handler that is at work. At worst O(messages), where it has any.
bool waits_for_handler(const World&, const Model&, Row instance);
/// Nothing of `instance` will happen any more. Requires: it is live.
void close_instance(World&, Run&, Row instance);
/// Gives back all that a closed instance still has: what waits, what lies in mailboxes, its context.
void free_instance(World&, Run&, Row instance);
/// Gives back the references that cells of these types hold, and zeroes them.
void release_cells(World&, Run&, std::span<const CellType> types, std::int64_t* cells);
void retain_cells(World&, std::span<const CellType> types, const std::int64_t* cells);

// ---- send.cpp ----
/// Whether messages from `from` to `to` keep the order of their sends.
bool fifo_between(const Model&, const World&, AgentId from, AgentId to);
/// A message in flight from `from`. Reserves. Asks the interposer (strike send); returns no_row where it was lost. `to` nobody:
/// into the queue of its topic. (`post.hpp` has it inline.)
Row post(World&, Run&, AgentId from, Row activation, Row instance, const Outgoing&, const Question&);
/// The answer to the attempt that `request` (a message row) carried, if nobody has answered it yet.
void answer(World&, Run&, AgentId from, Row activation, Row request, const Outgoing&, Error, const Question&);
/// A message that the kernel itself says, without latency and out of reach of faults: a child's end, a detector's notice.
/// `from`: whom it speaks of.
Row tell(World&, Run&, AgentId to, Row instance, TopicId topic, std::uint8_t present, const std::int64_t* fields,
         AgentId from = nobody);

// ---- mailbox.cpp ----
/// Puts a message at the end of a mailbox.
void append(World&, Row message, AgentId);
/// The bookkeeping of each beginning wait.
ActivationRow& begin_wait(Turn&, Wait, std::uint32_t argument);
/// What an activation that has taken `message` owes to some models alone: it has seen its artifact, and will acknowledge it.
/// Reserves.
void consumed_slowly(World&, Run&, Row activation, Row message);
void observe_consumption(World&, Run&, Row activation, Row message, const MessageRow&);
/// A message comes out of the calendar. It has reached its receiver (or the queue of its topic): digest, strikes, inbox
/// policy, waits, handlers, or the mailbox. May run one turn.
void message_due(World&, Run&, Row message);
/// The same where `Run::plain` holds.
void plain_message_due(World&, Run&, Row message);
/// Takes out of the mailbox (and the queues) of its agent what meets `wait` of `activation`; the first taken row, linked
/// by `next`, each counted as held once; or no_row.
Row take_matching(World&, Run&, Row activation, std::uint32_t wait, bool at_timeout);
/// A struct agent takes every message at once: runs its turn.
void deliver_to_struct_agent(World&, Run&, AgentId, Row message);
const Definition::Handler* handler_of(const Definition&, TopicId);
/// An activation that handles `message`, which is held from now on. Its first turn is the caller's business.
Row begin_handler(World&, Run&, AgentId, Row message);
/// A free handler of `agent` takes the oldest message of its topics that waits, if any.
void start_handlers(World&, Run&, AgentId);
/// Takes a message out of the middle of the mailbox in which it lies. O(mailbox).
void unlink_from_mailbox(World&, Row message);
/// Empties the mailbox of a crashed agent.
void clear_mailbox(World&, Run&, AgentId);
/// Messages that lie in an agent's mailbox or are on their way to it. O(messages): asked of bounded inboxes alone.
std::uint32_t inbox_load(const World&, AgentId);
/// There is room in a bounded inbox again: the longest-waiting sender goes on. False where there is none, or nobody waits.
bool room_made(World&, Run&, AgentId);
/// A fault keeps the inbox from taking more.
inline bool takes_no_more(const World& world, const Run& run, AgentId agent) {
  return armed(world, Strike::room) && run.faults->takes_no_more(world, agent);
}

// ---- channel.cpp: published topics ----
/// A published message has reached its queue: the longest-waiting taker gets it (then runs its turn), or it stays.
void enqueue(World&, Run&, Row message);
/// `taker` gets a message out of its queue: it is in no list then. O(queue).
void take_from_queue(World&, Run&, Row message, AgentId taker);
/// Takes the oldest message in the queues that a handler of `agent` could take; no_row.
Row take_queued(World&, Run&, AgentId);
/// A struct agent is there again: what lies in its queues is offered once more.
void offer_queued(World&, Run&, AgentId);
void close_channels(World&, Run&, Row instance);  ///< its messages, deliveries and subscriptions

// ---- acknowledge.cpp: messages taken where `ack: end` holds ----
/// `activation` has taken `message`: it is owed an acknowledgement, where the topic or the mailbox asks for one. Reserves.
void file_delivery(World&, Run&, Row activation, Row message);
/// The activation is over: what it took is acknowledged (`ok`), or comes again. Reserves.
enum class Handled : std::uint8_t { well, failed, crashed };
void forget_acks(World&, Run&, Row activation, Handled);
void redelivery_due(World&, Run&, const TimerRow&);
/// A message on its way again, or in its queue again, is gone for good.
void forget_delivery(World&, Row message);
void close_deliveries(World&, Run&, Row instance);

// ---- context.cpp ----
/// Decides where keys, tools and limiters lie in the instance row and the shared row, and floors, sessions and shadows.
void lay_out_context(Model&);
void begin_context(World&, const Model&, Row instance);  ///< no_row: the shared keys
void begin_session(World&, const Model&, Row activation);
void close_context(World&, Run&, Row instance);  ///< gives back artifacts and floors

// ---- broadcast.cpp ----
void subscription_due(World&, Run&, const TimerRow&);  ///< one that was late begins

/// Every reference that context versions, checkpoints and deliveries hold, for the audit: `visit(type, row)`, type message or artifact.
void for_each_reference(const World&, const Model&, const std::function<void(CellType, Row)>& visit);

// ---- effects.cpp ----
void effect_due(World&, Run&, const TimerRow&);  ///< a call reaches its tool
void answer_due(World&, Run&, const TimerRow&);  ///< its answer returns; runs the caller's turn, if it still waits
void forget_call(World&, Run&, Row activation);  ///< the caller is gone or has given up: the call goes on alone
void close_effects(World&, Run&, Row instance);

// ---- resources.cpp ----
void lease_expired(World&, Run&, const TimerRow&);
void refill_due(World&, Run&, const TimerRow&);  ///< a queueing rate limiter lets the next in line pass
void leave_line(World&, Run&, Row activation);
/// Of an activation that is over: frees its holds where the resource says so, else they stay without a holder.
void forget_holds(World&, Run&, Row activation, bool crashed);
void close_resources(World&, Run&, Row instance);

// ---- tree.cpp, checkpoint.cpp, watch.cpp ----
/// What `Wait::children` waits for, in `ActivationRow::wait_arg`.
inline constexpr std::uint32_t for_branches = 0;
inline constexpr std::uint32_t for_spawned = 1;
/// An activation is about to go: its parent is told (counts; woken where it waits for this), its branches and children are
/// dealt with, a spawned member has ended with its root. Reserves.
void tell_parent(World&, Run&, Row activation, Ending, Error);
/// As `Turn::cancel`. Reserves.
void cancel(World&, Run&, Row activation, bool forced);
/// All that `agent` does for `instance` is asked to stop, from outside any turn. Reserves.
void cancel_agent(World&, Run&, AgentId agent, Row instance, bool forced);
void notice_due(World&, Run&, const TimerRow&);
void forget_watches(World&, Run&, AgentId watcher);
void notice_crash(World&, Run&, AgentId);  ///< arms the detectors' notices (silence begins)
void notice_restart(World&, Run&, AgentId);
void close_watches(World&, Row instance);
/// Before a crash takes the activations of an agent: remembers what it had not ended. Reserves.
void note_unfinished(World&, Run&, AgentId);
/// The root of `agent` for `instance` should run and does not: a restart begins it. `message`: what it has as `msg`. Reserves.
void note_root(World&, Run&, AgentId, Row instance, Row message = no_row);
/// Such a note exists.
bool unfinished(const World&, AgentId, Row instance);
/// After a crash: the agent's variables as its latest checkpoint has them, if there is one.
void restore_cells(World&, Run&, AgentId);
/// Starts again what a crashed agent had not ended, from checkpoints or from the top.
void resume_activations(World&, Run&, AgentId);
/// A root has ended: nothing goes on from its checkpoint any more.
void forget_position(World&, Run&, AgentId, Row instance);
void close_checkpoints(World&, Run&, Row instance);

// ---- lineage.cpp ----
void retain_artifact(World&, Row artifact);
void release_artifact(World&, Row artifact);
/// Joins `artifact` into what `activation` has seen. Reserves.
void see(World&, Run&, Row activation, Row artifact);

}  // namespace squall::sim::detail

#include "sim/detail/messages.hpp"
