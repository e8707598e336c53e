// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/ids.hpp"
#include "sim/site.hpp"
#include "sim/time.hpp"

/// What a `World` is made of: trivially copyable rows in pools, addressed by `Row`.
///
/// Every row stands in one of two halves. The *state* half is what equality means: exploration hashes and compares it.
/// The *shadow* half is what only a timed run needs (occurrence counters, digest chains, instants); exploration has none.
/// A field belongs to the state half exactly if some future event can depend on it in an untimed world.
namespace squall::sim {

enum class AgentState : std::uint8_t {
  up,
  down,   ///< crashed; may be restarted
  ended,  ///< a spawned member that has finished; takes nothing ever again
  hung    ///< does nothing any more and keeps all it has; a restart ends that
};

/// One agent: a mailbox, its activations, its cells (variables of a program, the struct of a struct agent).
struct AgentRow {
  DefinitionId definition : 24;  ///< so many would not fit into memory
  std::uint8_t handlers;         ///< handler activations at work, against `Definition::concurrency`
  std::uint32_t member;          ///< replica or spawn number within its definition, from 0
  Row box_head, box_tail;        ///< messages delivered and not yet taken, in order of arrival
  Row first, last;               ///< its activations, oldest first
  Row cells;                     ///< first cell of its variables
  std::uint32_t box_count : 24;  ///< messages in the mailbox: more than an `Event` can number
  AgentState state;
};
static_assert(sizeof(AgentRow) == 32);

enum class Phase : std::uint8_t {
  free,
  running,  ///< inside a turn, or resumable by a `ready` timer
  busy,     ///< a timer of its own will resume it: work, sleep, backoff, a context operation, a call
  waiting   ///< for what others do: see `Wait`
};

/// What an activation waits for.
enum class Wait : std::uint8_t {
  none,
  mailbox,   ///< messages; `wait_arg` is a wait of its behaviour
  reply,     ///< the answer to its own request; `wait_arg` is the request number
  resource,  ///< its turn in the line of resource `wait_arg`
  children,  ///< its branches or spawned children
  room,      ///< room in the inbox of agent `wait_arg` (policy block)
  hung       ///< its agent hangs: it waits for nothing, and nothing wakes it
};

namespace activation_flag {
inline constexpr std::uint8_t passive = 1;     ///< nobody owes it anything: an idle server
inline constexpr std::uint8_t cancelled = 2;   ///< asked to stop; fails `cancelled` at its next step or wait
inline constexpr std::uint8_t handler = 4;     ///< runs `on` for one message
inline constexpr std::uint8_t branch = 8;      ///< of a parallel or map; shares the fate of its parent
inline constexpr std::uint8_t root = 16;       ///< runs `do`
inline constexpr std::uint8_t finishing = 32;  ///< unwinding: runs finally blocks on its way out
inline constexpr std::uint8_t parent = 64;     ///< has forked or spawned: others may refer to it
}  // namespace activation_flag

/// What becomes of a spawned child when the activation that spawned it is over before it.
enum class OnParentEnd : std::uint8_t {
  cancel,  ///< it is asked to stop
  orphan,  ///< it goes on, and its end is told to nobody
  wait     ///< the parent awaits its end (`Turn::wait_spawned`); of a crashed parent: as `orphan`
};

/// One position in an agent's program, for one instance. Locals follow the row (`World::locals`).
struct ActivationRow {
  AgentId agent;
  Row next;  ///< of the same agent; of the free list
  Row instance;
  std::uint32_t pc;  ///< next operation, or the one it waits in
  Phase phase;
  Wait wait;
  std::uint8_t flags;
  std::uint8_t bounds;  ///< armed deadlines and timeouts in whose scope it is
  std::uint32_t wait_arg;
  std::uint64_t want;  ///< topics it waits for, one bit each (`topic_bit`): a quick no; the behaviour's wait decides
  Row line;            ///< next in the line of a resource; of a mailbox wait: its number, older waits have smaller ones
  Row timer;           ///< the timer that resumes it while busy
  Row parent;          ///< activation that forked or spawned it, while that lives
  Row message;         ///< the message it handles
  Row seen;            ///< summary of the artifacts it has seen; an artifact row it holds a reference to
  std::uint16_t children;         ///< branches still alive; spawned children are not counted
  std::uint16_t children_ok;      ///< branches that have ended well
  std::uint16_t children_failed;  ///< branches that have failed; a cancelled one counts nowhere
  std::uint16_t number;           ///< of a branch: its number among the parent's; of a spawned root: its `OnParentEnd`
};
static_assert(sizeof(ActivationRow) == 64);

enum class Place : std::uint8_t {
  free,
  in_flight,
  stray,  ///< in flight outside the order of its link: copies, what the kernel itself says, what may overtake
  mailbox,
  queued,  ///< in a queue topic and not yet given to a taker, or retained by a broadcast
  held,    ///< taken: an activation refers to it
  lost     ///< was in flight and is not any more: nothing is left of it but its entry in the calendar
};
constexpr bool under_way(Place place) { return place == Place::in_flight || place == Place::stray; }

/// One message, in one slot from send to last use. Fields follow the row (`World::fields`).
struct MessageRow {
  Row next;  ///< mailbox, queue, free list; of a held message: next of the same taken list
  AgentId from, to;
  Row instance;
  Row artifact;  ///< holds a reference
  std::uint32_t
      order;  ///< number of the send: orders a link; of a held message: how many refer to it; of a retained one:
              ///< its sequence number
  std::uint32_t request;  ///< correlation of ask and reply: 0 none; high 24 bits request, low 8 bits attempt
  TopicId topic;
  Place place;
  std::uint8_t present;  ///< which fields were given, one bit each
};
static_assert(sizeof(MessageRow) == 32);

/// What a pending timer does when it becomes due.
enum class TimerKind : std::uint8_t {
  free,
  stale,    ///< cancelled: still in the calendar, ignored when it comes out
  ready,    ///< the next turn of an activation that yielded
  work,     ///< work or sleep done
  latency,  ///< a context operation returns
  backoff,
  timeout,     ///< bounds one attempt of a step
  deadline,    ///< bounds a step or block with all its attempts
  alarm,       ///< a struct agent's own timer; `detail` is its topic
  start,       ///< the first turn of an agent started after a delay
  effect,      ///< a call reaches its tool; `target` is a call
  reply,       ///< a call's answer returns; `target` is a call
  expiry,      ///< of a lease; `target` is a hold
  refill,      ///< a queueing rate limiter has room for one more; `target` is a resource
  arrival,     ///< the next instance of the load
  restart,     ///< of an agent; `target` is the agent
  notice,      ///< a failure detector speaks; `target` is a watch
  redelivery,  ///< of an unacknowledged queue message; `target` is a message
  move,        ///< a fault's own: onset or end; `detail` says which
  cancel,      ///< a cancel that comes late; `target` is the agent, `detail` 1: forced
  subscription  ///< a subscription that begins late; `target` is its row, `detail` the first retained message it asks for
};

struct TimerRow {
  Row target;    ///< an activation, unless its kind says otherwise; free list
  Row instance;  ///< no_row: belongs to no instance
  std::uint32_t detail;
  TimerKind kind;
  std::uint8_t why;  ///< ready: the `Wake::Why` of the turn that begins, `detail` its row
  std::uint8_t spare[2];
};
static_assert(sizeof(TimerRow) == 16);

enum class ReportedOutcome : std::uint8_t { none, success, failure };

/// One run of the workflow among many at once. Its context keys follow the row.
struct InstanceRow {
  std::uint32_t number;       ///< in the file's load, from 0
  std::uint32_t pending;      ///< its messages in flight and armed timers: at 0 nothing of it can move by itself
  std::uint32_t activations;  ///< not ended
  std::uint32_t in_line;      ///< activations that another instance may still let go on (resource, room)
  std::uint32_t made;         ///< artifacts so far
  std::uint32_t messages;     ///< rows of its messages in any place
  ReportedOutcome outcome;
  std::uint8_t contradicted;  ///< a second, different report came
  std::uint8_t failed_roots;  ///< capped count of `do` programs that failed
  std::uint8_t live;
  std::uint32_t next_request;  ///< of asks
};
static_assert(sizeof(InstanceRow) == 32);

/// Summary of one immutable piece of work and of all it derives from; or of what an activation has seen (then `name` is
/// `no_name`). K tracked keys follow: {lowest, highest} version seen (`VersionRange`).
struct ArtifactRow {
  std::uint64_t identity;  ///< Merkle key of (name, producer, parents, soundness): what it is, wherever it lies
  ArtifactName name;
  AgentId producer;
  std::uint32_t version;
  std::uint32_t references;  ///< free list when 0
  Row first_unsound;  ///< the ancestor that was unsound first, itself included; holds a reference unless it is itself
  std::uint8_t sound;
  std::uint8_t disguised;  ///< unsound, and no check can tell
  std::uint8_t spare[2];
};
static_assert(sizeof(ArtifactRow) == 32);

struct ResourceRow {
  Row head, tail;       ///< activations in line
  Row holds;            ///< list of holds
  std::uint32_t fence;  ///< last token handed out
  std::uint32_t taken;  ///< holds now; of a rate limiter: grants so far, counted up to its limit
  Row timer;            ///< of a queueing rate limiter: its refill
};
static_assert(sizeof(ResourceRow) == 24);

/// One grant of a resource, held by an activation until released, expired or freed by its end.
struct HoldRow {
  Row next;
  Row activation;  ///< no_row once the holder is gone (and nobody freed it)
  AgentId agent;
  std::uint32_t token;
  Row timer;            ///< of its expiry
  Row instance;         ///< it was granted for; no_row once that is over
  ResourceId resource;  ///< no_resource: free list
  std::uint16_t spare[3];
};
static_assert(sizeof(HoldRow) == 32);

/// A call on its way to a tool and back. Goes on without its caller.
struct CallRow {
  std::uint64_t key;         ///< what the tool dedups on; 0 none
  std::uint64_t purpose_of;  ///< what the effect *is* (`for`): what judges count
  std::int64_t result;
  Row activation;  ///< no_row: nobody waits any more
  AgentId agent;
  Row instance;
  ToolId tool;         ///< no_tool: free list
  std::uint8_t error;  ///< `Error` of the answer; 0 success
  std::uint8_t happened;
  std::uint32_t token;  ///< fencing token shown
  std::uint32_t spare;
};
static_assert(sizeof(CallRow) == 48);

/// That an effect happened, or was asked for, kept while a dedup window or a monitor can ask.
struct EffectRow {
  enum class About : std::uint16_t {
    key,     ///< what the tool remembers: `key` is a call's, `result` the first one's
    purpose  ///< what judges count: `key` is a call's `purpose_of`; where requests are kept (`Model::keeps_requests`),
             ///< `result` is who asked last, + 1, negative once it was told that this has failed
  };
  std::uint64_t key;
  std::int64_t result;
  std::uint32_t count;
  ToolId tool;  ///< no_tool: free list
  About about;
  Row next;
  Row instance;
};
static_assert(sizeof(EffectRow) == 32);

/// What one agent may no longer go back behind: the oldest version of each causal and eventual key that it can still read.
/// `Model::floors` version numbers follow.
struct FloorRow {
  Row next;           ///< of the same agent (row a of `Pool::readers`: the first one of agent a, + 1); free list
  Row next_of_scope;  ///< of the same instance; of the shared keys
  AgentId agent;      ///< nobody: free list
  Row instance;       ///< no_row: of the shared keys
};
static_assert(sizeof(FloorRow) == 16);

/// `watcher` asked a failure detector about `target`.
struct WatchRow {
  Row next;         ///< free list
  AgentId watcher;  ///< nobody: free list
  AgentId target;
  Row instance;
  Row timer;          ///< counts the target's silence, while that lasts; no_row: it is heard, or its silence was told
  std::uint8_t told;  ///< `down` was said, and `up` not yet
  std::uint8_t spare[3];
  Duration silence;  ///< after which the detector says `down`
};
static_assert(sizeof(WatchRow) == 32);

/// `agent` receives what is published to a broadcast topic. Agents that its `TopicInfo` lists need none.
struct SubscriptionRow {
  Row next;            ///< of the same topic, by agent; free list
  AgentId agent;       ///< nobody: free list
  Row instance;        ///< no_row: of every instance
  std::uint32_t late;  ///< 1: it has not begun
};
static_assert(sizeof(SubscriptionRow) == 16);

/// A message that was taken where `ack: end` holds, from then until it is acknowledged or given up.
struct DeliveryRow {
  Row next;              ///< free list
  Row message;           ///< holds a reference, unless the message is on its way again; no_row: free list
  Row activation;        ///< that took it; no_row: gone, or the message is on its way again
  Row timer;             ///< of its redelivery
  std::uint32_t number;  ///< of the taking: smaller ones were taken before
  std::uint32_t again;   ///< redeliveries so far
};
static_assert(sizeof(DeliveryRow) == 24);

/// What a restarted agent goes on from. An activation's row, locals and the agent's cells follow, as far as `saved` says.
struct CheckpointRow {
  enum class Saved : std::uint32_t {
    variables,   ///< the agent's cells as its latest checkpoint has them; belongs to no instance
    position,    ///< row and locals of the root activation of `instance`, at its last checkpoint
    unfinished,  ///< only a note: a root of `instance` had not ended (or not begun) when its agent was down. Of its row
                 ///< `message` counts
    variables_before,  ///< as they were at the checkpoint before, and
    position_before    ///< the position of that; kept only where a fault may go back to them
  };
  Row next;       ///< free list
  AgentId agent;  ///< nobody: free list
  Row instance;
  Saved saved;
};
static_assert(sizeof(CheckpointRow) == 16);

/// A published topic.
struct ChannelRow {
  Row head, tail;     ///< queue: not yet taken; broadcast: retained, `MessageRow::order` being its sequence number
  Row subscriptions;  ///< broadcast: by agent
  AgentId taker;  ///< queue: the last idle handler or struct agent that was given a message; the next one's turn it is
};
static_assert(sizeof(ChannelRow) == 16);

/// Pools in the order in which they stand in the block.
enum class Pool : std::uint8_t {
  agents,
  activations,
  cells,
  messages,
  timers,
  instances,
  shared_keys,
  readers,
  floors,
  artifacts,
  resources,
  holds,
  calls,
  effects,
  watches,
  subscriptions,
  deliveries,
  checkpoints,
  channels,
  memory,
  count
};
inline constexpr std::size_t pool_count = static_cast<std::size_t>(Pool::count);

struct PoolState {
  std::uint32_t used;  ///< rows ever taken: [0, used) are live or in the free list
  Row free;            ///< head of the free list
};

/// Head of the state half.
struct Header {
  PoolState pools[pool_count];
  std::uint32_t sends;    ///< so far: gives each message its place in its link's order
  std::uint32_t arrived;  ///< instances that have begun
  std::uint32_t live_instances;
  std::uint32_t armed;         ///< strikes somebody listens to (`strike.hpp`)
  std::uint32_t fault_budget;  ///< moves a fault may still make in exploration
  std::uint32_t waits;         ///< mailbox waits so far: gives each its number
  std::uint32_t requests;      ///< asks so far that belong to no instance
  std::uint32_t restarting;    ///< crashed agents whose restart is pending: no instance is over before
  std::uint32_t expecting;     ///< struct agents that expect something, or more: at 0 none needs be looked at
  std::uint32_t spare;
  std::uint64_t last_delivered;  ///< content of the last delivery of a duplicating network (`Network::duplicating`)
  std::uint64_t fault_state;     ///< what faults have begun and not ended, as bits of the interposer's own
};

/// Head of the shadow half: the clock and what is counted, never judged.
struct Clock {
  Instant now;
  Instant obligation;    ///< the earliest that a monitor has to judge by (`Judging::oblige`)
  std::uint64_t events;  ///< without `moves`
  std::uint64_t moves;   ///< that faults made at instants of their own; the replay of a plan may have fewer
  std::uint64_t turns;
  std::uint64_t sent, copied, delivered, consumed, lost, dead_letters, dropped;
  std::uint64_t stale_timers;
  std::uint64_t environment;  ///< chain of the events that belong to no agent
  Row ready;                  ///< activation whose next turn is due now and not in the calendar
  std::uint8_t limit;         ///< a limit was reached: the run is undecided (`Limit`)
  std::uint8_t wrong_clocks;  ///< so many of these
  std::uint8_t spare[2];
  struct Wrong {
    AgentId agent;
    Duration ahead;
  };
  static constexpr std::uint8_t wrong_clocks_max = 8;
  Wrong wrong[wrong_clocks_max];  ///< whose clocks do not show the true time (`clocks.hpp`)
};

struct AgentShadow {
  std::uint64_t chain;  ///< running hash of its events
  std::uint32_t events;
  std::uint32_t incarnation;  ///< restarts so far
};

/// Occurrence counters, one per site of its behaviour, follow (`World::occurrences`).
struct ActivationShadow {
  std::uint64_t key;  ///< content name of the activation: folded into every draw it makes
  Instant since;      ///< of its wait
};

struct CallShadow {
  SiteKey origin;        ///< content key of the request: names the draws on its way
  Duration latency;      ///< where it is pinned; negative: drawn
  Duration retry_after;  ///< where it was refused for coming too soon
};

struct EffectShadow {
  Instant at;  ///< of the effect: the dedup window begins
};

struct MessageShadow {
  std::uint64_t origin;      ///< key of the send that made it
  std::uint32_t occurrence;  ///< of that send
  std::uint32_t copy;        ///< 0 the message itself, 1.. copies a fault made
};

}  // namespace squall::sim
