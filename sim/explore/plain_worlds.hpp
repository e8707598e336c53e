// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/apply.hpp"
#include "sim/content.hpp"
#include "sim/explore/changed_rows.hpp"
#include "sim/explore/transition_cache.hpp"

namespace squall::sim {

/// Shortcuts where an event has changed nothing but one agent's struct and some messages: always so in models that are
/// struct agents and messages, such as most models with published counts. The hash of a state is a sum over elements, so a
/// successor's follows from its parent's by the elements that differ; and a used successor becomes its parent again by the
/// rows that differ. Both cost what changed, not what is there.
///
/// And where the agent's turns look at nothing but its struct and the message (`Behaviour::local`), what an event does to the
/// hash is known once an event like it has been applied: whether it leads to anything new is then known without applying it.
///
/// `change` decides it for each event: of a model that does not fit, or where an event did anything else (a timer, an ask,
/// a fault, a report), it says `any`, and then the world is hashed and copied as a whole.
class PlainWorlds {
 public:
  enum class Change : std::uint8_t {
    none,   ///< the event led back to the parent, row by row
    plain,  ///< agents that had a turn, and messages
    any
  };

  /// `used`: false treats all models as those that do not fit.
  PlainWorlds(const Model& model, ContentOptions options, bool used = true);

  /// What has become of the parent since `begin`, for the next one: who makes the next parent of it notes there what
  /// differs. What is known of other rows is then kept.
  ChangedRows& changed() { return changed_; }
  /// What follows is about successors of `parent`, whose fingerprint is `fingerprint`. Requires: `parent` stays as it is; but
  /// for `changed`, it is what the last one was.
  void begin(const World& parent, std::uint64_t fingerprint);
  /// What the event that `run` has just applied to `child`, until then the parent, has changed.
  Change change(const World& child, Event event, const Run& run) const;
  /// The content hash of `child`. Requires: the change was plain.
  std::uint64_t hash(const World& child, Event event, const Run& run);
  /// What an event is known to lead to; not `known` where it has to be applied.
  struct Foreseen {
    std::uint64_t fingerprint = 0;
    bool known = false;
    bool nowhere = false, idle = false;  ///< as in `TransitionCache::Transition`
  };
  /// Of each of `events`, which are enabled in the parent. Good until asked again.
  const std::vector<Foreseen>& foresee(const std::vector<Event>& events);
  /// `event` has been applied, without a choice: `child` is what came of it. `change` was none, or plain and led to
  /// `fingerprint`.
  void remember(Event event, const World& child, const Run& run, Change change, std::uint64_t fingerprint);
  /// Makes `child` the parent again. `touched`: `Run::touched` where the change was plain; else everybody.
  void restore(World& child, std::uint64_t touched) const;
  /// In which rows `child` may differ from the world for which this was asked last. `touched`: as for `restore`; `child` is a
  /// successor of the parent, or any world where everybody was touched. Good until asked again.
  const ChangedRows& unlike_last(const World& child, std::uint64_t touched);

 private:
  std::uint64_t key_of(Event event);
  std::uint64_t new_key_of(Event event);
  std::uint64_t parent_hash(std::uint32_t agent);
  void forget_changed();
  std::uint64_t changed_agents() const;
  void note_message(Row message);
  std::uint64_t agent_hash(const World& world, AgentId agent);
  std::uint64_t message_hash(const World& world, Row message);

  const Model& model_;
  static constexpr std::uint8_t no_shortcut = 0xff;

  bool fits_;  ///< nothing but struct agents and messages is declared
  ContentHash element_;
  Visitor<ContentHash> visitor_;
  const World* parent_ = nullptr;
  std::uint64_t fingerprint_ = 0;  ///< of the parent
  std::uint64_t known_ = 0;        ///< agents whose hash in the parent is in `hashes_`, a bit each
  std::array<std::uint64_t, 64> hashes_{};
  std::uint64_t entangled_ = 0;  ///< of these: their mailbox, or what their struct refers to, is in their hash
  std::uint64_t local_ = 0;      ///< agents whose turns depend on nothing else, a bit each
  bool foresees_ = false;        ///< in the parent, events of local agents do what they did elsewhere
  std::vector<Foreseen> foreseen_;
  ChangedRows changed_;     ///< from the last parent to the next
  ChangedRows since_last_;  ///< from the world for which `unlike_last` was asked last to the parent
  ChangedRows unlike_last_;
  std::vector<std::uint64_t> under_way_;  ///< hashes of the parent's messages in flight, by row; 0 of other rows
  std::array<std::uint64_t, 63> keys_{};  ///< of the deliveries of messages, by row: those whose bit is in `keyed_`
  std::uint64_t keyed_ = 0;
  std::array<std::uint64_t, 64> keyed_to_{};  ///< by agent: the rows in `keyed_` that are for it, and perhaps others
  std::vector<std::uint64_t> sent_;           ///< scratch
  TransitionCache known_transitions_;
  std::vector<std::uint8_t> cell_owners_;         ///< by cell: whose struct it is part of
  std::array<std::uint8_t, 64> integer_cells_{};  ///< by agent: of structs that hold nothing else
  bool others_empty_ = false;                     ///< in the parent: pools in which nothing of this kind has rows
};

}  // namespace squall::sim
