// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/decide.hpp"
#include "sim/draw.hpp"
#include "sim/ids.hpp"
#include "sim/time.hpp"

/// The seam for faults: where something may go wrong, and what may be done to it. `sim` asks, `faults` answers; no fault
/// has a name here.
namespace squall::sim {

class World;
struct Model;
struct Run;

/// A place where a fault may act. Each is one bit of `Header::armed`: an unarmed strike costs one test.
enum class Strike : std::uint32_t {
  send = 1,          ///< a message is about to leave; settled here in timed runs
  deliver = 2,       ///< a message reaches an agent
  step = 4,          ///< an activation begins a shared step
  context = 8,       ///< a context operation is about to linearise
  effect = 16,       ///< a call reaches its tool
  answer = 32,       ///< a tool's answer leaves
  grant = 64,        ///< a resource is granted
  timer = 128,       ///< a timer is armed
  checkpoint = 256,  ///< a checkpoint is saved
  artifact = 512,    ///< an artifact is made, or checked
  cut = 1024,        ///< explored: a message is about to leave, and its link may be cut
  pause = 2048,      ///< a turn is due: its agent may be paused (`Interposer::paused_until`)
  pace = 4096,       ///< work begins: its agent may be slow (`Interposer::paced`)
  notice = 8192,     ///< somebody is told of an agent: a cancel, a subscription, what a failure detector says
  room = 16384,      ///< a bounded inbox is asked for room (`Interposer::takes_no_more`)
  resume = 32768     ///< a restart is about to go on from a checkpoint
};

/// What exactly happens at a strike, where several things may.
enum class Operation : std::uint8_t {
  none,
  read,  // context
  write,
  compare_and_set,
  grant,  // resources
  renew,
  make,  // artifacts
  validate,
  save,  // checkpoints
  resume,
  cancel,  // notices
  subscribe,
  watch,   ///< a failure detector begins to listen to an agent that lives
  silence  ///< it hears nothing of an agent from now on
};
inline constexpr Operation last_operation = Operation::silence;

struct Target {
  Strike strike;
  AgentId agent = nobody;  ///< who acts
  AgentId other = nobody;  ///< the receiver
  TopicId topic = any_topic;
  Row activation = no_row;
  Row instance = no_row;
  Row row = no_row;  ///< message, call, hold, …
  /// pc, key, tool, resource, artifact's name; resume: 1 where there is an earlier checkpoint as well
  std::uint32_t detail = 0;
  std::uint64_t base = 0;  ///< of the draws that belong to this place and occurrence; timed runs only
  Duration latency{};      ///< as drawn; grant: the ttl of a lease
  Operation operation = Operation::none;
  SiteKey site = 0;  ///< step: content name of the step; 0 for a struct agent's turn
  static constexpr std::uint32_t nowhere = 0xffff'ffffU;
  std::uint32_t back = nowhere;  ///< step: where its last step began, from which it could go on once more
  bool unsound = false;          ///< artifact: it is, as far as a check can tell
};

/// What is done at a strike. The default lets everything pass.
struct Verdict {
  bool drop = false;        ///< send, deliver: it never arrives. context: the write is lost. effect: it does
                            ///< not happen, yet success is answered. answer: it never arrives. renewal: it is lost
  std::uint8_t copies = 0;  ///< send: so many more copies, each after `copy_delay` more than the original's draw
  bool overtake = false;    ///< send: may pass earlier messages of its link. context: a read's last two pieces of work
                            ///< change places
  std::uint8_t error = 0;   ///< step, context, effect, answer: fails with this `Error`
  bool happens = false;     ///< effect: in spite of its `error`
  bool unanswered = false;  ///< effect: happens (unless dropped), but no answer comes
  Duration delay{};         ///< added; grant: to the ttl of a lease, where it may be negative
  Duration copy_delay{};
  /// send: bit set of fields to replace by `content`; bit 63: the artifact becomes unsound, bit 62: and no check can tell
  /// effect: bit 0: the answer says `content`
  std::uint64_t changed = 0;
  /// send: bit set of fields that are missing; bit 63: the artifact is. context: bit 63: the artifact written is not kept
  std::uint64_t removed = 0;
  AgentId redirect = nobody;  ///< send: who receives it instead. step: who receives `says`
  TopicId says = any_topic;   ///< step: before it, the agent sends a message of this topic
  /// effect: when a rate-limited caller may come again, in nanoseconds; 0: not said. context: a read of a history shows so
  /// many of its newest entries; 0: all
  std::int64_t content = 0;
  std::uint32_t choice =
      0;  ///< context: a read shows so many versions further back. checkpoint saved: 1: its position alone
  /// context, of a key with two heads: on which the operation acts, 1 or 2; 0: there is one. See `join_heads`
  std::uint8_t head = 0;
  bool wrong = false;           ///< artifact: made unsound; unsound and accepted. notice: a detector says the opposite
  bool again = false;           ///< step: the agent goes back to `Target::back`
  std::uint8_t generation = 0;  ///< checkpoint resumed: so many checkpoints earlier
  bool twice = false;           ///< checkpoint resumed: by two activations
  bool late = false;            ///< notice: it comes `delay` later
  Row content_of = no_row;      ///< send: it says what this message says
  bool crash_before = false, crash_after = false;  ///< step: the agent crashes before or after this step's turn
  bool hang_before = false, hang_after = false;    ///< step: the agent hangs from before or after this step's turn on
  Duration restart_after{-1};                      ///< of a crash; negative: it stays down
  bool with_memory = false;                        ///< the restarted agent keeps its variables
  std::uint64_t kinds = 0;  ///< keys of the kinds that struck, folded: enters the digest. 0: nothing struck
};

/// A change the environment may make by itself: an onset, a heal, a crash; in exploration also a loss or a copy in flight.
struct Move {
  std::uint32_t kind = 0;    ///< which of the armed faults: a number of the interposer's own, never digested
  std::uint32_t target = 0;  ///< agent or message row, as the kind says
  std::uint32_t detail = 0;
};

/// What would have to come up for a fault to strike a send: plain data, since every send of a timed run looks, and mostly
/// nothing comes up.
struct SendOdds {
  struct Roll {
    std::uint64_t threshold;  ///< the high half of the draw lies below it: it comes up
    Purpose roll;
  };
  struct Chances {
    static constexpr std::uint32_t most = 4;
    Roll rolls[most];
    std::uint32_t count = 0;
    bool ask = false;  ///< even if none comes up
  };
  std::uint32_t topics = 0;         ///< columns: one for each topic, and one more for those that have none
  std::uint32_t replies = 0;        ///< column of what answers a request
  std::uint32_t outside = 0;        ///< row of what no agent sends
  std::vector<std::uint8_t> marks;  ///< (row: definition of the sender) x column -> `chances`
  std::vector<Chances> chances;

  /// Whether `Interposer::strike` must be asked about a send of row `sender` with these draws.
  bool come_up(std::uint32_t sender, TopicId topic, std::uint64_t base) const {
    return come_up_in(sender, is_reply(topic) ? replies : std::min(index(topic), topics), base);
  }
  /// The same of a topic that the model declares.
  bool come_up_declared(std::uint32_t sender, TopicId topic, std::uint64_t base) const {
    return come_up_in(sender, index(topic), base);
  }

 private:
  bool come_up_in(std::uint32_t sender, std::uint32_t column, std::uint64_t base) const {
    const Chances& here = chances[marks[std::size_t{sender} * (topics + 1) + column]];
    bool comes_up = here.ask;
    for (const Roll *roll = here.rolls, *end = roll + here.count; roll != end; ++roll)
      comes_up |= draw_value(base, roll->roll) >> 32 < roll->threshold;
    return comes_up;
  }
};

/// Faults, as `sim` sees them. Immutable while a run lasts; what changes lies in the world (`Model::fault_memory`).
class Interposer {
 public:
  virtual ~Interposer() = default;
  /// Strikes to arm, as a bit set.
  virtual std::uint32_t armed() const = 0;
  /// Before the first event of a timed run: schedules what has its own time.
  virtual void begin(World&, Run&) const {}
  virtual Verdict strike(World&, Run&, const Target&) const = 0;
  /// Whether `strike` might do anything or must be asked for another reason, at a step of this agent's in a timed run.
  /// A quick look before a target is made: mostly nothing happens.
  virtual bool might_strike_step(const World&, AgentId, std::uint64_t /*base*/) const { return true; }
  /// The same for sends, while no fault has begun that goes on (`Header::fault_state`). Null: ask about each.
  virtual const SendOdds* send_odds() const { return nullptr; }
  /// Exploration: what the environment could do in this state, within the world's fault budget.
  virtual void moves(const Model&, const World&, std::vector<Move>&) const {}
  /// Makes a move: one of `moves`, or one that `schedule` brought to its time. Returns the keys of the kinds that took
  /// effect, folded, for the digest; 0 where the move changed nothing.
  virtual std::uint64_t play(World&, Run&, const Move&) const { return 0; }
  /// What a move of an explored world is called: `message-loss of planner -> coder task`. No row numbers.
  virtual std::string move_name(const Model&, const World&, const Move& move) const {
    return "fault " + std::to_string(move.kind) + " on " + std::to_string(move.target);
  }
  /// Timed: until when the agent does nothing; not later than now where nothing holds it.
  virtual Instant paused_until(const World&, AgentId) const { return start_of_time; }
  /// Timed: how long work of this length takes the agent as it is now.
  virtual Duration paced(const World&, AgentId, Duration work) const { return work; }
  /// Whether the bounded inbox of an agent takes no more, however much room it has. Asked where `Strike::room` is armed.
  virtual bool takes_no_more(const World&, AgentId) const { return false; }
};

}  // namespace squall::sim
