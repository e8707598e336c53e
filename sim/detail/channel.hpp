// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "sim/detail/kernel.hpp"

/// What queues and broadcasts have in common: a list of messages, and who may receive them.
namespace squall::sim::detail {

/// Puts a message at the end of the list.
void append(World&, ChannelRow&, Row message);
/// Takes it out of the list. O(list).
void take_out(World&, ChannelRow&, Row message);

inline ChannelRow& channel_of(World& world, const Model& model, TopicId topic) {
  return world.channel(model.topic(topic).channel);
}

/// What belongs to no instance is everybody's.
inline bool same_instance(Row a, Row b) { return a == b || a == no_row || b == no_row; }

/// Members of `definition` receive the topic without having subscribed.
inline bool declared(const TopicInfo& topic, DefinitionId definition) {
  return std::ranges::find(topic.subscribers, definition) != topic.subscribers.end();
}

/// Who would be given a message that a queue now receives, as far as topics tell; nobody where all are busy.
AgentId likely_taker(const World&, const Model&, Row message);

/// Calls `visit(agent)` for each member of a definition, those spawned so far included.
template <class Visit>
void for_each_member(const World& world, const Model& model, DefinitionId id, Visit&& visit) {
  const Definition& definition = model.definition(id);
  if (definition.start != Start::spawned) {
    for (std::uint32_t m = 0; m < definition.replicas; ++m) visit(AgentId{index(definition.first) + m});
    return;
  }
  for (std::uint32_t a = model.members; a < world.used(Pool::agents); ++a) {
    if (world.agent(AgentId{a}).definition == id) visit(AgentId{a});
  }
}

}  // namespace squall::sim::detail
