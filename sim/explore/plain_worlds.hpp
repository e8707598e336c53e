// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/apply.hpp"
#include "sim/content.hpp"

namespace squall::sim {

/// Shortcuts for models that are struct agents and messages, and nothing else: what an event changes there is its agent and
/// some messages. The hash of a state is a sum over elements, so a successor's follows from its parent's by the elements
/// that differ, and a used successor becomes its parent again by the rows that differ.
///
/// Where an event did anything else, `follows` says so, and `restore` copies the whole world.
class PlainWorlds {
 public:
  static bool fits(const Model& model, ContentOptions options);
  explicit PlainWorlds(const Model& model) : model_(model), visitor_(model, element_) {}

  /// Successors of `parent` follow; `fingerprint` is its own. Requires: `parent` stays as it is meanwhile.
  void begin(const World& parent, std::uint64_t fingerprint);
  /// Whether `child`, which was the parent before `event`, differs from it in agents and messages alone.
  bool follows(const World& child, Event event, const Run& run);
  /// The fingerprint of `child`. Requires: it follows.
  std::uint64_t hash(const World& child, Event event, const Run& run);
  /// Makes `child` the parent again. Requires: `follows` was asked.
  void restore(World& child, const Run& run) const;

 private:
  std::uint64_t agent_hash(const World& world, AgentId agent);
  std::uint64_t message_hash(const World& world, Row message);
  bool rest_equal(const World& child) const;

  const Model& model_;
  ContentHash element_;
  Visitor<ContentHash> visitor_;
  const World* parent_ = nullptr;
  std::uint64_t sum_ = 0;
  bool follows_ = false;                     ///< what was answered last
  std::uint64_t known_ = 0;                  ///< agents whose hash in the parent is in `hashes_`
  std::uint64_t hashes_[64] = {};
};

}  // namespace squall::sim
