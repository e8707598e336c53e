// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/context.hpp"
#include "sim/detail/kernel.hpp"

/// Which version of a key its reader may see. Used by context.cpp alone.
namespace squall::sim::detail {

using Key = BasicKey<std::byte>;

inline std::byte* context_of(World& world, Row instance, bool shared) {
  return shared ? world.at(Pool::shared_keys) : World::after<std::byte>(world.instance(instance));
}
inline Key key_of(World& world, const Model& model, KeyId id, Row instance) {
  const KeyInfo& info = model.key(id);
  return {context_of(world, instance, info.shared) + info.offset, info, model.causal};
}
inline ContextHead& context_head(World& world, Row instance, bool shared) {
  return *reinterpret_cast<ContextHead*>(context_of(world, instance, shared));
}

/// Newest version, not newer than `number`, that whoever acts on this head of the key sees (`Verdict::head`): not what was written
/// on the other. Where the ring has lost it, the oldest that is kept. Head 0 sees all.
inline std::uint32_t seen_from(const Key& key, std::uint8_t head, std::uint32_t number) {
  if (head == 0) [[likely]]
    return number;
  const auto foreign = [&](std::uint8_t other) { return other != 0 && other != head; };
  while (number > key.oldest() && foreign(key.version(number).head)) --number;
  return number;
}

/// Floors of `agent` in the instance, or for the shared keys where `instance` is no_row. The first reserves and may move.
Row own_floors(World&, AgentId agent, Row instance);
Row find_floors(const World&, AgentId agent, Row instance);
void free_floors(World&, Row instance);

/// Causal and eventual keys: the newest version that has reached the reader, never older than one it has read.
/// In an untimed world any of those may be the one: the decider says.
std::uint32_t visible_version(Turn&, KeyId, const Question&);
/// The reader has seen `number` and all that its writer had seen: it goes back behind none of them.
void note_read(Turn&, KeyId, std::uint32_t number);
/// What the agent has seen of causal keys becomes what its new version depends on. Reserves.
void note_write(Turn&, KeyId, std::uint32_t number);

/// Snapshot keys: the version as of the activation's moment, which begins with this read if none is open; nothing where
/// the ring has lost it.
/// `head`: on which head of the key it acts, as in `Verdict::head`.
std::optional<std::uint32_t> snapshot_version(Turn&, KeyId, std::uint8_t head);
/// First committer wins: false if somebody has written the key, on this head, since this activation's view of it.
bool may_commit(Turn&, KeyId, std::uint8_t head);
void note_commit(Turn&, KeyId, std::uint32_t number);

}  // namespace squall::sim::detail
