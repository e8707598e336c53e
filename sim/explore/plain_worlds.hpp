// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/apply.hpp"
#include "sim/content.hpp"

namespace squall::sim {

/// Shortcuts where an event has changed nothing but one agent's struct and some messages: always so in models that are
/// struct agents and messages, such as most models with published counts. The hash of a state is a sum over elements, so a
/// successor's follows from its parent's by the elements that differ; and a used successor becomes its parent again by the
/// rows that differ. Both cost what changed, not what is there.
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

  /// What follows is about successors of `parent`, whose fingerprint is `fingerprint`. Requires: `parent` stays as it is.
  void begin(const World& parent, std::uint64_t fingerprint);
  /// What the event that `run` has just applied to `child`, until then the parent, has changed.
  Change change(const World& child, Event event, const Run& run) const;
  /// The content hash of `child`. Requires: the change was plain.
  std::uint64_t hash(const World& child, Event event, const Run& run);
  /// Makes `child` the parent again. `touched`: `Run::touched` where the change was plain; else everybody.
  void restore(World& child, std::uint64_t touched) const;

 private:
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
  std::array<std::uint8_t, 64> integer_cells_{};  ///< by agent: of structs that hold nothing else
  bool others_empty_ = false;                     ///< in the parent: pools in which nothing of this kind has rows
};

}  // namespace squall::sim
