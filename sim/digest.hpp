// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/model.hpp"
#include "sim/site.hpp"
#include "sim/world.hpp"

/// The running hash of what happened: applied events and injections that took effect, nothing else. A draw shows in what
/// it causes, so a plan's replay, which does not roll the dice that said no, has the digest of the run it came from.
///
/// One chain for each agent, combined in the order of their names: an unused agent changes no other agent's chain, and
/// the first chain that differs names the agent that diverged. Only content enters: instants, content keys, fields.
namespace squall::sim {

/// `chain` continued by one word. Order matters.
constexpr std::uint64_t chained(std::uint64_t chain, std::uint64_t word) {
  return fold(chain ^ word ^ 0x9e37'79b9'7f4a'7c15ULL, 0xa076'1d64'78bd'642fULL) + word;
}

/// Two words as one, in parallel with the chain.
constexpr std::uint64_t paired(std::uint64_t a, std::uint64_t b) {
  return fold(a ^ 0xe703'7ed1'a0b4'28dbULL, b ^ 0x8ebc'6af0'9c88'c6e3ULL);
}

/// Digest of a timed run so far. O(agents).
std::uint64_t digest(const World& world, const Model& model);

/// Digest of one agent's events so far; 0 where it had none.
inline std::uint64_t digest(const World& world, AgentId agent) { return world.shadow(agent).chain; }

namespace detail {

inline void digest_event(World& world, AgentId agent, std::uint64_t word) {
  AgentShadow& shadow = world.shadow(agent);
  shadow.chain = chained(shadow.chain, word);
  ++shadow.events;
}

/// Of an event that belongs to no agent.
inline void digest_environment(World& world, std::uint64_t word) {
  world.clock().environment = chained(world.clock().environment, word);
}

/// Of an injection that took effect at `agent` now.
inline void digest_injection(World& world, AgentId agent, std::uint64_t kinds) {
  const auto now = static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
  const std::uint64_t word = paired(now, kinds);
  if (agent == nobody) {
    digest_environment(world, word);
  } else {
    world.shadow(agent).chain = chained(world.shadow(agent).chain, word);
  }
}

/// Content of one message reaching its receiver now. Inline: each delivery asks.
inline std::uint64_t message_word(const World& world, const Model& model, Row message) {
  const MessageRow& row = world.message(message);
  const MessageShadow& shadow = world.message_shadow(message);
  const auto now = static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
  const std::uint64_t topic = is_reply(row.topic) ? index(row.topic) : model.topic_keys[index(row.topic)];
  // The origin stands for sender, step and receiver's side of the link: it is the key of the send.
  std::uint64_t word = paired(now ^ topic, shadow.origin + ((std::uint64_t{shadow.occurrence} << 32) | shadow.copy));
  const auto* fields = World::after<std::int64_t>(row);
  // Which fields there are is as good as random from message to message: each is folded in or not without a branch.
  std::uint64_t present = row.present;
  for (std::uint32_t f = 0, count = model.fields; f < count; ++f, present >>= 1) {
    const std::uint64_t is = 0 - (present & 1);
    const std::uint64_t with = paired(word + f, static_cast<std::uint64_t>(fields[f]));
    word = (word & ~is) | (with & is);
  }
  if (row.artifact != no_row) word = paired(word, world.artifact(row.artifact).identity);
  return word;
}

}  // namespace detail
}  // namespace squall::sim
