// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <utility>

#include "sim/apply.hpp"
#include "sim/error.hpp"
#include "sim/model.hpp"

namespace squall::sim {

/// A message about to be sent.
struct Outgoing {
  AgentId to = nobody;
  TopicId topic{};
  std::uint8_t present = 0;              ///< which of `fields` are given
  const std::int64_t* fields = nullptr;  ///< `Model::fields` values; may be null when none is given
  Row artifact = no_row;
  std::uint32_t request = 0;
};

enum class Sent : std::uint8_t { yes, rejected, no_room };

struct ReadResult {
  Error error = Error::none;
  bool has_value = false;
  std::int64_t value = 0;
  std::uint32_t version = 0;
  Row artifact = no_row;  ///< borrowed
};

/// In place of a hold where a resource grants passage and keeps nothing: a rate limiter.
inline constexpr Row nothing_held = 0xffff'fffeU;

struct CallRequest {
  ToolId tool{};
  std::uint64_t key = 0;     ///< what the tool dedups on; 0 none
  std::uint64_t effect = 0;  ///< what the effect is (`for`)
  std::int64_t with = 0;
};

/// All that an agent may touch while it acts: its own variables, mailbox and waits, sends, timers, context operations,
/// tools, resources, named draws. It has no clock of the outside world, no globals, no way into another agent, and knows
/// nothing of faults. The only way in which a program or a struct changes a world.
///
/// A turn runs local steps up to and including one shared step, and then says how it goes on: exactly one of `yield`,
/// `busy`, a wait, or `end`. Struct agents, which take every message at once, need not say anything.
class Turn {
 public:
  Turn(World& w, Run& r, Row activation_row, AgentId agent, Row instance_row, const Behaviour& acting)
      : world(w), run(r), behaviour(acting), activation(activation_row), self(agent), instance(instance_row) {
    w.act(activation_row, agent, instance_row);
  }
  Turn(World& w, Run& r, Row activation_row, Row instance_row, const Behaviour& acting)
      : Turn(w, r, activation_row, w.activation(activation_row).agent, instance_row, acting) {}

  World& world;
  Run& run;
  const Behaviour& behaviour;  ///< of `self`
  Row activation;
  AgentId self;
  Row instance;  ///< that this turn belongs to: a program's own; a struct agent's is that of the message or timer it handles

  const Model& model() const { return run.model; }
  ActivationRow& row() const { return *world.acting.row; }
  std::int64_t* locals() const { return World::after<std::int64_t>(row()); }
  std::int64_t* cells() const { return world.cells(*world.acting.owner); }
  /// Virtual time since the start. Zero in untimed worlds.
  Instant now() const { return run.timed ? world.clock().now : start_of_time; }

  // ---- draws ----
  /// Names the next draw at `site`: counts one more occurrence there. All purposes of one occurrence share the question.
  Question ask(Site site) {
    if (run.plain) [[likely]]
      return ask_plainly(site);
    if (!run.timed) return {};
    if (!run.model.pins.empty()) detail::count_draw(world, run, activation, site.key, 1);
    return ask_plainly(site);
  }
  /// The same where `Run::plain` holds.
  Question ask_plainly(Site site) {
    ActivationShadow& shadow = *world.acting.shadow;
    return {.site = child_key(shadow.key, site.key),
            .instance = world.acting.number(),
            .occurrence = World::after<std::uint32_t>(shadow)[site.counter]++};
  }
  /// The last question at `site` once more. Requires: there was one.
  Question last_question(Site site) const {
    if (!run.timed) return {};
    const ActivationShadow& shadow = *world.acting.shadow;
    return {.site = child_key(shadow.key, site.key),
            .instance = world.acting.number(),
            .occurrence = World::after<std::uint32_t>(shadow)[site.counter] - 1};
  }
  /// Takes the last question at `site` back: what it was asked for has not happened.
  void unask(Site site) {
    if (!run.timed) return;
    if (!run.model.pins.empty()) [[unlikely]]
      detail::count_draw(world, run, activation, site.key, -1);
    --world.occurrences(activation)[site.counter];
  }
  std::uint64_t base(const Question& q) const { return draw_base(run.key, q.site, q.instance, q.occurrence); }
  /// Zero in untimed worlds.
  Duration duration(const Question& q, Purpose purpose, const Distribution& distribution) const {
    if (!run.plain && !run.timed) return {};
    if (const Pin* pin = pinned(q, Pin::Of::time)) [[unlikely]]
      return Duration{pin->answer};
    return sample(distribution, draw_value(base(q), purpose));
  }
  std::uint32_t choose(const Question& q, Purpose purpose, std::uint32_t n,
                       const std::uint32_t* weights = nullptr) const {
    if (const Pin* pin = pinned(q, Pin::Of::choice)) [[unlikely]]
      return std::min(static_cast<std::uint32_t>(pin->answer), n - 1);
    return run.decide.choose(q, purpose, n, weights);
  }
  bool chance(const Question& q, Purpose purpose, Probability p) const;
  /// The answer that is given to `q` instead of a draw; null where there is none. `q`: what was asked last at its site.
  const Pin* pinned(const Question& q, Pin::Of of) const {
    if (run.plain || run.model.pins.empty() || !run.timed) [[likely]]
      return nullptr;
    return detail::pin_of(world, run.model, activation, q, of);
  }

  // ---- faults ----
  bool steps_struck() const { return armed(Strike::step); }  ///< a fault may strike them
  /// A shared step is seen to begin. Requires: somebody watches them.
  void begin_step(std::uint32_t pc);
  /// The same where a fault may strike. False: it does not take place. The agent stops, and the turn returns at once;
  /// or `take_refusal` or `take_return` says what comes instead. `back`: where the last step began, if it could be done again.
  bool step(std::uint32_t pc, const Question& q, SiteKey site = 0, std::uint32_t back = Target::nowhere) {
    return run.free_steps || step_slowly(pc, q, site, back);
  }
  /// The error with which the step fails that `step` has just refused; once.
  Error take_refusal() { return std::exchange(refusal_, Error::none); }
  /// Whether the agent goes back to `back` instead of the step that `step` has just refused; once.
  bool take_return() { return std::exchange(returns_, false); }
  /// A check of `artifact`, which is `unsound` as far as a check can tell, takes it for sound.
  bool misjudges(Row artifact, bool unsound, const Question& q) {
    return armed(Strike::artifact) &&
           artifact_struck(Operation::validate, world.artifact(artifact).name, artifact, unsound, q);
  }

  // ---- messages (send.cpp, mailbox.cpp, channel.cpp) ----
  /// Sends one message. `no_room`: the receiver's bounded inbox blocks; nothing was sent, wait with `wait_room`.
  Sent send(const Outgoing& message, const Question& q);
  /// To all subscribed at this instant (broadcast), or to one taker (queue).
  void publish(const Outgoing& message, const Question& q);
  /// Of a broadcast, for this agent and instance. Of the retained messages those from number `from_sequence` on come first
  /// (0: all; `unlimited`: none).
  void subscribe(TopicId topic, std::uint32_t from_sequence, const Question& q);
  /// Answers the attempt that `to` carried; to a message nobody asked: nothing. `error`: an error reply.
  void reply(Row to, const Outgoing& message, Error error, const Question& q);
  /// Takes what meets wait `wait` of the behaviour, if all of it is there. Returns the first taken message (linked by `next`),
  /// or no_row. `at_timeout`: the smaller counts suffice.
  Row try_receive(std::uint32_t wait, bool at_timeout = false);
  /// Waits for it.
  void wait_mailbox(std::uint32_t wait, bool passive = false);
  void wait_reply(std::uint32_t request);
  void wait_room(AgentId receiver);
  std::uint32_t new_request();
  /// Throws away what matches in the mailbox; returns how many.
  std::uint32_t discard(std::uint32_t wait);
  /// By hand, where `ack: end` holds: the message will not come again.
  void acknowledge(Row message);
  /// References to held messages and taken lists, as cells keep them.
  void retain_message(Row message);
  void release_message(Row message);

  // ---- time (timers.cpp) ----
  /// Arms a timer for this activation; no_row where a fault loses it.
  Row arm(TimerKind kind, Duration after, std::uint32_t detail = 0);
  void disarm(Row timer);
  /// The next turn begins at once, after whatever else is due now.
  void yield();
  /// How long work of this length takes: a fault may make the agent slow.
  Duration paced(Duration work) const {
    const bool slow = !run.plain && armed(Strike::pace) && run.timed;
    return slow ? run.faults->paced(world, self, work) : work;
  }
  /// The next turn begins when the timer is due.
  void busy(TimerKind kind, Duration after);

  // ---- shared context (context.cpp): linearise now; the caller is `busy` for their latency ----
  ReadResult read(KeyId key, const Question& q);
  /// Through the key's reducer. `artifact` may be no_row.
  Error write(KeyId key, std::int64_t value, Row artifact, const Question& q);
  Error compare_and_set(KeyId key, std::uint32_t expected_version, std::int64_t value, Row artifact, const Question& q);
  /// Of the operation just done, with what a fault added to it.
  Duration context_latency(KeyId key, const Question& q) const;

  // ---- tools (effects.cpp) ----
  /// Sends a call on its way and waits for its answer (`Wake::done`, `row` = the call, valid during that turn).
  void call(const CallRequest& request, const Question& q);
  /// Stops waiting for a started call, which goes on at the other side.
  void abandon_call();

  // ---- resources (resources.cpp) ----
  /// Takes a slot if there is one (returns its hold), else stands in line (no_row; `Wake::granted` comes later).
  /// A rate limiter grants `nothing_held`; one that rejects sets `error`.
  Row acquire(ResourceId resource, Error& error, const Question& q);
  Error renew(ResourceId resource);
  Error release(ResourceId resource);
  void leave_line();
  /// Token of this activation's latest grant of `resource`, or of its parent's where it is a branch; 0 none. Where the
  /// resource fences something it outlives the grant: a late holder goes on showing it.
  std::uint32_t token(ResourceId resource) const;
  /// How long until a rate limiter that has just refused lets somebody pass; zero in untimed worlds, which have no clock.
  Duration retry_after(ResourceId resource) const;

  // ---- other activations (tree.cpp) ----
  /// One more branch of this activation at `pc`, with a copy of its locals (without timers) and of what it has seen. Its
  /// first turn is ready. `name_key` names it among the branches of all executions of the step, for its draws. Reserves.
  Row fork(std::uint32_t pc, std::uint16_t number, std::uint64_t name_key);
  /// A new member of a spawned definition, for this instance; `with` is what its `do` has as `msg`. `with.to` means
  /// nothing. Returns the agent. Requires: a program. Reserves.
  AgentId spawn(DefinitionId definition, const Outgoing& with, OnParentEnd policy, const Question& q);
  /// Waits for the next end of a branch (`Wake::joined`, `row` = the `Error` of the first that failed since, or 0). The
  /// program looks at `children…` and waits again until its join is satisfied. Requires: a branch is alive.
  void wait_children();
  /// Waits for the next end of a spawned child whose end this activation must await (`OnParentEnd::wait`). False, and no
  /// wait, when there is none left. To be asked before `end`.
  bool wait_spawned();
  /// Asks one activation to stop: it is woken by `Wake::cancelled` if it waits or is busy, else it finds the flag. Forced: it
  /// and its branches are gone, nothing of them runs. Its branches and children are the program's business otherwise.
  void cancel(Row other, bool forced);
  /// The same for all branches of this activation.
  void cancel_children(bool forced);
  /// The same for what `agent` does for this instance, its branches with it. Where that contains this very activation and
  /// `forced`, the turn is over (`ended`).
  void cancel_agent(AgentId agent, bool forced);
  /// A failure detector: the message `Model::down` {agent} when nothing was heard of `agent` for `silence`, then
  /// `Model::up` when it is heard again. For this agent and instance, until it crashes. Of an agent that has ended: nothing.
  void watch(AgentId agent, Duration silence, const Question& q);
  /// Saves what a restart goes on from, where the definition resumes so: the agent's cells but those whose bit is set in
  /// `omitted_cells` (these begin again as at the start) and, of a root activation, row, locals and what it has seen. It goes
  /// on at `pc` as it stands now, by a turn of `Wake::ready`, without the bounds in whose scope it is. Reserves.
  void checkpoint(std::uint64_t omitted_cells, const Question& q);
  /// Ends this activation well, then crashes the agent and starts it again after `after`: a root goes on like those that
  /// had not ended. The turn is over. Reserves.
  void restart_self(Duration after);

  // ---- lineage (lineage.cpp) ----
  /// A new artifact that derives from `from`, where given, else from all this activation has seen. The caller owns one
  /// reference.
  /// `q` names the draws of a fault that strikes it; without one they are named by how many artifacts came before.
  Row make(ArtifactName name, std::span<const Row> from, bool sound, const Question& q = {});
  /// From now on, what this activation makes derives from `artifact` too.
  void see(Row artifact);
  void retain_artifact(Row artifact);
  void release_artifact(Row artifact);

  // ---- ends ----
  void emit(std::uint32_t event, std::int64_t value);
  /// Reports the instance's outcome. The first report counts.
  void report(bool success);
  /// This activation is over.
  /// `because`: number of the text that a failure gives; -1 none.
  void end(Ending ending, Error error = Error::none, std::int64_t because = -1);
  bool ended() const { return ended_; }

  void observe(const Observation& observation);
  /// Whether the receiver's bounded inbox takes one more message.
  Sent room_for(AgentId receiver) const;

  // ---- for struct agents (agent.hpp): the same, by topic instead of by site ----
  Sent send(AgentId to, TopicId topic, std::initializer_list<std::int64_t> fields = {});
  void reply(Row message_row, TopicId topic, std::initializer_list<std::int64_t> fields = {});
  void timer(TopicId topic, Duration after) { arm(TimerKind::alarm, after, index(topic)); }
  /// A draw of the agent's own; `value` of it by purpose.
  Draw draw() {
    return Draw{base(ask({.key = site_key("draw"), .counter = static_cast<std::uint32_t>(run.model.topics.size())}))};
  }
  /// Files an owed wait: somebody owes it a message of this topic. Until then an idle struct agent waits passively.
  void expect(TopicId topic);
  void expect_nothing();

 private:
  bool armed(Strike strike) const { return (world.header().armed & static_cast<std::uint32_t>(strike)) != 0; }
  bool step_slowly(std::uint32_t pc, const Question& q, SiteKey site, std::uint32_t back);
  bool artifact_struck(Operation operation, ArtifactName name, Row artifact, bool unsound, const Question& q);

  bool ended_ = false;
  bool returns_ = false;
  Error refusal_ = Error::none;
  Duration context_delay_{};  ///< that a fault added to the last context operation
};

}  // namespace squall::sim
