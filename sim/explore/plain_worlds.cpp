// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/plain_worlds.hpp"

#include <algorithm>
#include <cstring>

namespace squall::sim {
namespace {

constexpr std::size_t messages_pool = static_cast<std::size_t>(Pool::messages);

/// Whether the two took the same rows of all pools but the messages'.
bool same_pools(const Header& a, const Header& b) {
  std::uint64_t differs = 0;
  for (std::size_t p = 0; p < pool_count; ++p) {
    if (p == messages_pool) continue;
    differs |= (a.pools[p].used ^ b.pools[p].used) | (a.pools[p].free ^ b.pools[p].free);
  }
  return differs == 0;
}

/// A row of a pool whose rows nothing follows in these models: its size is known here.
template <class T>
void copy(World& into, const World& from, Pool pool, Row row) {
  into.row<T>(pool, row) = from.row<T>(pool, row);
}

}  // namespace

bool PlainWorlds::fits(const Model& model, ContentOptions options) {
  const bool structs = std::ranges::all_of(
      model.definitions, [](const Definition& definition) { return definition.behaviour->struct_agent && definition.start != Start::spawned; });
  const bool order = model.network.fifo || std::ranges::any_of(model.network.links, &Network::Link::fifo);
  const bool shared = !model.keys.empty() || !model.resources.empty() || !model.tools.empty() || !model.artifact_names.empty() ||
                      model.published != 0 || model.bounded_inboxes;
  return structs && !order && !shared && !options.last_delivered && model.members < 63 && model.load.instances == 1 &&
         model.monitors.empty() && model.fault_memory == 0;
}

void PlainWorlds::begin(const World& parent, std::uint64_t fingerprint) {
  parent_ = &parent;
  sum_ = fingerprint;
  known_ = 0;
}

std::uint64_t PlainWorlds::agent_hash(const World& world, AgentId agent) {
  element_.clear();
  visitor_.agent(world, agent);
  return element_.sum();
}

std::uint64_t PlainWorlds::message_hash(const World& world, Row message) {
  element_.clear();
  visitor_.message_in_flight(world, message, 0);
  return element_.sum();
}

/// Whether nothing but agents and messages can differ: no other pool gave or took a row, no timer is armed, and what the
/// header and the instance say of the rest is the same.
bool PlainWorlds::rest_equal(const World& child) const {
  const Header& now = child.header();
  const Header& before = parent_->header();
  if (child.used(Pool::timers) != 0 || !same_pools(now, before)) return false;
  if (now.arrived != before.arrived || now.armed != before.armed || now.fault_budget != before.fault_budget) return false;
  const InstanceRow& instance = child.instance(0);
  const InstanceRow& was = parent_->instance(0);
  return instance.live == was.live && instance.outcome == was.outcome && instance.contradicted == was.contradicted &&
         instance.failed_roots == was.failed_roots;
}

bool PlainWorlds::follows(const World& child, Event event, const Run& run) {
  return follows_ = !event.is_move() && !event.is_timer() && run.touched != Run::everybody && rest_equal(child);
}

std::uint64_t PlainWorlds::hash(const World& child, Event event, const Run& run) {
  std::uint64_t sum = sum_;
  for (std::uint64_t rest = run.touched; rest != 0; rest &= rest - 1) {
    const auto a = static_cast<std::uint32_t>(__builtin_ctzll(rest));
    if ((known_ >> a & 1) == 0) {
      known_ |= std::uint64_t{1} << a;
      hashes_[a] = agent_hash(*parent_, AgentId{a});
    }
    sum += agent_hash(child, AgentId{a}) - hashes_[a];
  }
  if (!event.is_action() && !under_way(child.message(event.index()).place)) sum -= message_hash(*parent_, event.index());
  const std::uint32_t first = parent_->header().sends;
  if (std::uint32_t sent = child.header().sends - first; sent != 0) {
    for (Row m = child.used(Pool::messages); m-- > 0 && sent != 0;) {
      const MessageRow& row = child.message(m);
      if (!under_way(row.place) || row.order - first >= child.header().sends - first) continue;
      sum += message_hash(child, m);
      --sent;
    }
  }
  return ContentHash::finished(sum);
}

void PlainWorlds::restore(World& child, const Run& run) const {
  const World& parent = *parent_;
  if (!follows_) {
    child = parent;
    return;
  }
  for (std::uint64_t rest = run.touched; rest != 0; rest &= rest - 1) {
    const AgentId agent{static_cast<std::uint32_t>(__builtin_ctzll(rest))};
    const AgentRow& row = parent.agent(agent);
    copy<AgentRow>(child, parent, Pool::agents, index(agent));
    if (row.first != no_row) copy<ActivationRow>(child, parent, Pool::activations, row.first);
    const std::size_t cells = model_.definition(row.definition).behaviour->cell_types.size();
    for (std::size_t c = 0; c < cells; ++c) child.cells(agent)[c] = parent.cells(agent)[c];
  }
  // Rows taken for the first time lie beyond what the parent uses.
  if (parent.header().pools[messages_pool].free != no_row || child.header().pools[messages_pool].free != no_row) {
    std::memcpy(child.at(Pool::messages), parent.at(Pool::messages), std::size_t{parent.stride(Pool::messages)} * parent.used(Pool::messages));
  }
  copy<InstanceRow>(child, parent, Pool::instances, 0);
  child.header() = parent.header();
}

}  // namespace squall::sim
